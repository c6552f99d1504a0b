import { Pool } from "pg";
import * as z from "zod";
import type { Ours } from "../servers.js";

/** One developer's environment with a registered worker. */
export interface Place {
  environmentId: string;
  apiKey: string;
  workerId: string;
  version: string;
}

export interface RunsWorld {
  origin: string;
  pool: Pool;
  places: readonly [Place, ...Place[]];
}

export const TASK = "bench";
/** Everything that is loaded by SQL waits in the queue of its task, as what is triggered does. */
export const QUEUE = `task/${TASK}`;

const Slugs = z.tuple([z.object({ slug: z.string() })], z.unknown());
const Ref = z.object({ externalRef: z.string() });
const Key = z.object({ apiKey: z.string() });
const Config = z.object({ environmentId: z.string() });
const Worker = z.object({ id: z.string(), version: z.string() });

/** Asks one of our endpoints for JSON; with a body it is a POST. */
export async function ask<Answer extends z.ZodType>(
  answer: Answer,
  { url, token, body }: { url: string; token: string; body?: unknown },
): Promise<z.infer<Answer>> {
  const response = await fetch(url, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return answer.parse(await response.json());
}

/** `count` projects, each with a worker in its dev environment. */
export async function makeWorld({ origin, bootstrap, databaseUrl }: Ours, count: number): Promise<RunsWorld> {
  const token = bootstrap.personalAccessToken;
  const [{ slug }] = await ask(Slugs, { url: `${origin}/api/v1/orgs`, token });
  const makePlace = async (name: string): Promise<Place> => {
    const project = await ask(Ref, { url: `${origin}/api/v1/orgs/${slug}/projects`, token, body: { name } });
    const projects = `${origin}/api/v1/projects/${project.externalRef}`;
    const { apiKey } = await ask(Key, { url: `${projects}/dev`, token });
    const { environmentId } = await ask(Config, { url: `${origin}/engine/v1/dev/config`, token: apiKey });
    const metadata = { contentHash: "1", tasks: [{ id: TASK, filePath: "bench.ts" }] };
    const body = { localOnly: true, engine: "V2", metadata };
    const worker = await ask(Worker, { url: `${projects}/background-workers`, token: apiKey, body });
    return { environmentId, apiKey, workerId: worker.id, version: worker.version };
  };
  const first = await makePlace("Bench");
  const others: Place[] = [];
  for (let turn = 1; turn < count; turn++) others.push(await makePlace(`Bench ${turn}`));
  return { origin, pool: new Pool({ connectionString: databaseUrl, max: 4 }), places: [first, ...others] };
}
