import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { wallTime } from "./cli.js";
import { benchAudit } from "./audit/bench-audit.js";
import { benchFlood } from "./audit/bench-flood.js";
import { benchRevoke } from "./audit/bench-revoke.js";
import { compare } from "./compare.js";
import { benchErrors } from "./errors/bench-errors.js";
import { benchErrorList } from "./errors/bench-list.js";
import { benchGrouping } from "./errors/grouping.js";
import { benchRuns } from "./runs/bench-runs.js";
import { benchAuthentication } from "./roles/authentication.js";
import { CONNECTIONS } from "./load.js";
import { insertPersonalAccessTokens } from "./tokens.js";
import { printAtLeast, printAtMost } from "./report.js";
import { removeDataDir, startFloor, startOurs, temporaryDataDir, type Ours } from "./servers.js";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");

/** `npm run bench -- mint` measures what has "mint" in its name. */
const wanted = process.argv.slice(2).join(" ");
const isWanted = (name: string) => name.includes(wanted);

/** The `token` of the answer. */
async function askToken(url: string, token: string, body: unknown): Promise<string> {
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`);
  const answer: unknown = await response.json();
  return typeof answer === "object" && answer !== null && "token" in answer ? String(answer.token) : "";
}

async function tokensOf({ origin, bootstrap }: Ours, pat = bootstrap.personalAccessToken) {
  const uat = await askToken(`${origin}/api/v1/auth/user-actor-token`, pat, { cap: ["read:runs"] });
  const exchange = `${origin}/api/v1/projects/${bootstrap.project.ref}/dev/jwt`;
  return { pat, uat, jwt: await askToken(exchange, uat, {}), exchange };
}

async function requests(ours: Ours, floorUrl: string) {
  const { pat, uat, jwt, exchange } = await tokensOf(ours);
  const { origin } = ours;
  const floor = { url: floorUrl, method: "GET", token: pat } as const;
  const figures = [
    { name: "whoami (PAT)", target: { url: `${origin}/api/v2/whoami`, method: "GET", token: pat }, atLeast: 0.5 },
    { name: "whoami (UAT)", target: { url: `${origin}/api/v2/whoami`, method: "GET", token: uat }, atLeast: 0.5 },
    { name: "exchange (PAT)", target: { url: exchange, method: "POST", token: pat, body: {} }, atLeast: 0.4 },
    { name: "exchange (UAT)", target: { url: exchange, method: "POST", token: uat, body: {} }, atLeast: 0.4 },
    {
      name: "runs list (environment JWT)",
      target: { url: `${origin}/api/v1/runs`, method: "GET", token: jwt },
      atLeast: 0.4,
    },
    {
      name: "mint",
      target: {
        url: `${origin}/api/v1/auth/user-actor-token`,
        method: "POST",
        token: pat,
        body: { cap: ["read:runs"] },
      },
      atLeast: 0.5,
    },
    {
      // Requests of one token can share its lookup.
      name: "mint, a PAT for each connection",
      target: {
        url: `${origin}/api/v1/auth/user-actor-token`,
        method: "POST",
        token: await insertPersonalAccessTokens(ours.databaseUrl, CONNECTIONS),
        body: { cap: ["read:runs"] },
      },
      atLeast: 0.5,
    },
  ] as const;
  for (const { name, target, atLeast } of figures) {
    if (isWanted(name)) printAtLeast(await compare(name, target, floor, atLeast));
  }
}

async function commandLine({ origin, bootstrap }: Ours) {
  const config = await mkdtemp(join(tmpdir(), "bench-home-"));
  const env = { XDG_CONFIG_HOME: config, HOME: config, CI: "1" };
  const profile = { accessToken: bootstrap.personalAccessToken, apiUrl: origin };
  await mkdir(join(config, "trigger"));
  await writeFile(
    join(config, "trigger/config.json"),
    JSON.stringify({ version: 2, currentProfile: "default", profiles: { default: profile } }),
  );
  const own = join(root, "packages/cli-v3/bin/trigger.mjs");
  const published = join(root, "tests/interop/node_modules/published-cli/dist/esm/index.js");
  const mint = ["mint-token", "--ttl", "3600", "--cap", "read:runs"];
  for (const [name, args] of [
    ["--version", ["--version"]],
    ["mint-token", mint],
  ] as const) {
    if (!isWanted(`CLI ${name}`)) continue;
    const yardstick = await wallTime([published, ...args], env, 3);
    const ours = await wallTime([own, ...args], env, 7);
    printAtMost({ name: `CLI ${name}, wall time`, unit: "ms", ours, yardstick, atMost: 0.15 });
  }
  await rm(config, { recursive: true, force: true });
}

async function servers(): Promise<void> {
  const dataDir = await temporaryDataDir();
  try {
    const first = await startOurs(root, dataDir);
    await first.stop();
    const ours = await startOurs(root, dataDir);
    const floor = await startFloor(join(here, "floor.js"), ours.databaseUrl);
    const writes = await startFloor(join(here, "floor-writes.js"), ours.databaseUrl);
    try {
      process.stdout.write(
        "Figures of one process at 16 connections, beside a floor of node:http + one SELECT + one HS256 signature.\n\n",
      );
      await requests(ours, floor.url);
      if (isWanted("audit")) await benchAudit(root, here, ours);
      if (isWanted("revoke")) await benchRevoke(ours, floor.url);
      if (isWanted("flood")) await benchFlood(root, here, ours);
      printAtMost({ name: "second boot", unit: "ms", ours: ours.bootMs, atMost: 5000 });
      printAtMost({ name: "resident memory after the load", unit: "MiB", ours: await ours.residentMiB(), atMost: 300 });
      await commandLine(ours);
      await benchRuns(root, ours, writes.url, isWanted);
      await benchErrors(ours, isWanted);
      if (isWanted("roles: authentication")) {
        const pats = await insertPersonalAccessTokens(ours.databaseUrl, CONNECTIONS);
        await benchAuthentication(root, ours, await Promise.all(pats.map((pat) => tokensOf(ours, pat))));
      }
    } finally {
      await writes.stop();
      await floor.stop();
      await ours.stop();
    }
  } finally {
    await removeDataDir(dataDir);
  }
}

const ERRORS = ["errors grouping", "errors list"] as const;
if (isWanted(ERRORS[0])) await benchGrouping(root);
if (isWanted(ERRORS[1])) await benchErrorList(root);
if (wanted === "" || wanted === "errors" || !ERRORS.some(isWanted)) await servers();
