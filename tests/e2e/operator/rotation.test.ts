import { afterAll, beforeAll, expect, it } from "vitest";
import { startPair, type Pair } from "../support/pair.js";

let pair: Pair;
beforeAll(async () => {
  pair = await startPair();
});
afterAll(() => pair?.stop());

const kidOf = (token: string): unknown =>
  JSON.parse(Buffer.from(token.replace("tr_uat_", "").split(".")[0] ?? "", "base64url").toString()).kid;

it("two rotations of USER_ACTOR_SECRET under load fail no request, on either process", async () => {
  const { world, apps } = pair;
  const { pat, ref } = world.owner;
  const kids = new Set<unknown>();
  const failures: string[] = [];
  const old = (await world.mint({ cap: ["read:runs"] })).token;
  let requests = 0;
  let isOver = false;

  const ask = async (app: (typeof apps)[number], method: string, path: string, as: string, body?: object) => {
    const answer = await app.api<{ token: string }>(method, path, { as, body });
    requests += 1;
    if (answer.status !== 200) failures.push(`${method} ${path} ${answer.status} ${answer.text}`);
    return answer.body.token;
  };
  /** What one process mints is used and exchanged at the other at once, beside a token from before all rotations. */
  const drive = async (here: (typeof apps)[number], there: (typeof apps)[number]) => {
    while (!isOver) {
      const token = await ask(here, "POST", "/api/v1/auth/user-actor-token", pat, { cap: ["read:runs"] });
      kids.add(kidOf(token));
      await ask(there, "GET", "/api/v2/whoami", token);
      await ask(there, "POST", `/api/v1/projects/${ref}/dev/jwt`, token, {});
      await ask(here, "GET", "/api/v2/whoami", old);
    }
  };
  const load = [drive(apps[0], apps[1]), drive(apps[1], apps[0]), drive(apps[0], apps[0])];
  const rotated: string[] = [];
  for (let turn = 0; turn < 2; turn++) {
    const { kid } = await world.app.admin<{ kid: string }>("secret", "rotate", "--name", "USER_ACTOR_SECRET");
    rotated.push(kid);
    // Under way until each process has been seen to sign with it.
    await expect.poll(() => kids.has(kid), { timeout: 10_000 }).toBe(true);
  }
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  isOver = true;
  await Promise.all(load);

  expect(failures).toEqual([]);
  expect(requests).toBeGreaterThan(50);
  for (const kid of rotated) expect(kids).toContain(kid);
  expect(kids.size).toBe(3);
});
