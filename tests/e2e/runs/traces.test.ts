import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { devClient } from "../support/dev-client.js";
import { startWorld, type World } from "../support/world.js";

interface Span {
  id: string;
  parentId?: string;
  data: { message: string; duration: number; isError: boolean; isPartial: boolean; level: string };
  children: Span[];
}

let world: World;
let dev: string;
let prod: string;

beforeAll(async () => {
  world = await startWorld();
  dev = world.owner.environments.dev.apiKey;
  prod = world.owner.environments.prod.apiKey;
});
afterAll(() => world?.stop());

const START = 1_800_000_000_000_000_000n;
const hex = (n: number) => n.toString(16).padStart(16, "0");
const attribute = (key: string, value: object) => ({ key, value });
const runIs = (id: string) => attribute("$metadata.ctx.run.id", { stringValue: id });

/** A span as workers send it; `at` is when it began, and its id. */
const span = (runId: string, at: number, more: Record<string, unknown> = {}, attributes: object[] = []) => ({
  traceId: "0".repeat(32),
  spanId: hex(at),
  name: `span ${at}`,
  startTimeUnixNano: String(START + BigInt(at) * 1_000_000n),
  endTimeUnixNano: String(START + BigInt(at + 5) * 1_000_000n),
  attributes: [runIs(runId), ...attributes],
  ...more,
});
const spans = (...list: object[]) => ({ resourceSpans: [{ scopeSpans: [{ spans: list }] }] });
const logs = (...list: object[]) => ({ resourceLogs: [{ scopeLogs: [{ logRecords: list }] }] });
const line = (runId: string, at: number, text: string, more: object = {}) => ({
  timeUnixNano: String(START + BigInt(at) * 1_000_000n),
  severityNumber: 13,
  body: { stringValue: text },
  attributes: [runIs(runId)],
  ...more,
});

const triggered = async (as = dev) =>
  (await world.ok<{ id: string }>("POST", "/api/v1/tasks/hello/trigger", { as, body: {} })).id;
const send = (body: object, as: string | undefined = dev, signal = "traces") =>
  world.app.api("POST", `/otel/v1/${signal}`, { ...(as === undefined ? {} : { as }), body });
const trace = async (runId: string, as = dev) =>
  (await world.ok<{ trace: { rootSpan: Span } }>("GET", `/api/v1/runs/${runId}/trace`, { as })).trace.rootSpan;
const namesOf = (root: Span): unknown[] => [root.data.message, ...root.children.map(namesOf)];
const countSpans = async () => Number((await world.pool.query("SELECT count(*) AS n FROM run_span")).rows[0].n);
const jwt = async (...scopes: string[]) => (await world.exchange("dev", { claims: { scopes } })).token;

describe("the trace of a run", () => {
  it("is a tree of its spans and the lines of its log, however they come", async () => {
    const run = await triggered();
    const { id: root } = await trace(run);
    const begun = [
      attribute("$span.partial", { boolValue: true }),
      attribute("$span.span_id", { stringValue: hex(1) }),
    ];
    expect((await send(spans(span(run, 1, { spanId: hex(99), parentSpanId: root }, begun)))).body).toEqual({});
    expect((await trace(run)).children).toMatchObject([{ id: hex(1), data: { isPartial: true } }]);
    await send(logs(line(run, 3, "half way", { spanId: hex(2) })), dev, "logs");
    await send(spans(span(run, 2, { parentSpanId: hex(1), status: { code: 2 } })));
    const attempt = [
      attribute("$entity.type", { stringValue: "attempt" }),
      attribute("$metadata.ctx.attempt.number", { intValue: 1 }),
      attribute("customer", { stringValue: "42" }),
    ];
    await send(spans(span(run, 1, { parentSpanId: root, status: { code: 2 } }, attempt)));
    const tree = await trace(run);
    expect(namesOf(tree)).toEqual(["hello", ["span 1", ["span 2", ["half way"]]]]);
    expect(tree.children[0]?.data).toMatchObject({
      duration: 5_000_000,
      isError: true,
      isPartial: false,
      level: "TRACE",
      properties: { customer: "42" },
      taskSlug: "hello",
    });
    expect(tree.children[0]?.children[0]?.children[0]?.data).toMatchObject({ level: "WARN", duration: 0 });
    type Events = { events: { spanId: string; kind: string; message: string }[] };
    const { events } = await world.ok<Events>("GET", `/api/v1/runs/${run}/events`, { as: dev });
    expect(events.map(({ kind, message }) => [kind, message])).toEqual([
      ["span", "hello"],
      ["span", "span 1"],
      ["span", "span 2"],
      ["log", "half way"],
    ]);
    expect(await world.ok("GET", `/api/v1/runs/${run}/spans/${hex(1)}`, { as: dev })).toMatchObject({
      spanId: hex(1),
      parentId: root,
      durationMs: 5,
      entityType: "attempt",
    });
  });

  it("comes in pages as well, and names the attempts that failed", async () => {
    const run = await triggered();
    const attempt = (n: number) => [
      attribute("$entity.type", { stringValue: "attempt" }),
      attribute("$metadata.ctx.attempt.number", { intValue: n }),
    ];
    await send(spans(...[1, 2, 3, 4].map((n) => span(run, n, { status: { code: n === 3 ? 2 : 0 } }, attempt(n)))));
    type Page = { data: { message: string }[]; attemptFailures: object[]; pagination: { next?: string } };
    const pages: string[][] = [];
    const failures: object[] = [];
    for (let next: string | undefined = "", turn = 0; next !== undefined && turn < 9; turn++) {
      const after: string = next === "" ? "" : `&page[after]=${next}`;
      const page: Page = await world.ok<Page>("GET", `/api/v1/runs/${run}/trace?page[size]=2${after}`, { as: dev });
      pages.push(page.data.map(({ message }) => message));
      failures.push(...page.attemptFailures);
      next = page.pagination.next;
    }
    expect(pages).toEqual([["hello", "span 1"], ["span 2", "span 3"], ["span 4"]]);
    expect(failures).toEqual([{ spanId: hex(3), attemptNumber: 3, runId: run }]);
    for (const query of ["page[size]=0", "page[size]=10001", "page[size]=2&page[after]=x"])
      expect((await world.app.api("GET", `/api/v1/runs/${run}/trace?${query}`, { as: dev })).status).toBe(400);
  });

  it("is kept once, however often it is sent, and may be gzipped", async () => {
    const run = await triggered();
    const bodies = [spans(span(run, 1)), logs(line(run, 2, "once"))];
    for (let turn = 0; turn < 3; turn++)
      for (const [index, signal] of ["traces", "logs"].entries()) {
        const answer = await fetch(`${world.app.origin}/otel/v1/${signal}`, {
          method: "POST",
          headers: { authorization: `Bearer ${dev}`, "content-type": "application/json", "content-encoding": "gzip" },
          body: gzipSync(JSON.stringify(bodies[index])),
        });
        expect([answer.status, await answer.json()]).toEqual([200, {}]);
      }
    expect(namesOf(await trace(run))).toEqual(["hello", ["span 1"], ["once"]]);
  });
});

describe("telemetry", () => {
  it("of another environment's run is not kept, nor told apart from one of no run", async () => {
    const theirs = await triggered(prod);
    const nobodys = "run_aaaaaaaaaaaaaaaaaaaaaaaa";
    const before = await countSpans();
    const answers = await Promise.all([theirs, nobodys].map((run) => send(spans(span(run, 1)))));
    expect(answers[0]?.body).toEqual(answers[1]?.body);
    expect(answers[0]?.body).toMatchObject({ partialSuccess: { rejectedSpans: 1 } });
    expect(await countSpans()).toBe(before);
    expect((await trace(theirs, prod)).children).toEqual([]);
  });

  it("needs a scope that may write the run", async () => {
    const [mine, other] = [await triggered(), await triggered()];
    const before = await countSpans();
    for (const scope of ["read:runs", `write:runs:${other}`, "write:tasks"])
      expect((await send(spans(span(mine, 1)), await jwt(scope))).status, scope).toBe(403);
    for (const as of [undefined, world.owner.pat, `${dev}x`])
      expect((await send(spans(span(mine, 1)), as ?? "")).status).toBe(401);
    expect(await countSpans()).toBe(before);
    const narrow = await jwt(`write:runs:${mine}`);
    expect((await send(spans(span(mine, 1), span(other, 1)), narrow)).body).toMatchObject({
      partialSuccess: { rejectedSpans: 1 },
    });
    expect((await trace(other)).children).toEqual([]);
    expect((await trace(mine)).children).toHaveLength(1);
  });

  it("of every run that a worker executes comes with the token of the first, which opens nothing else", async () => {
    const worker = await devClient(world.app.origin, { ref: world.owner.ref, apiKey: dev });
    const waiting = await worker.trigger({ delay: "1h" });
    const [first] = [await worker.trigger(), await worker.trigger()];
    const messages = await worker.dequeue();
    const second = messages.find(({ run }) => run.id !== first)?.run.id ?? "";
    const variables: Record<string, string>[] = [];
    for (const message of messages) {
      const { body } = await worker.start(message);
      variables.push(JSON.parse(JSON.stringify(body["envVars"])));
    }
    const token = variables[0]?.["OTEL_EXPORTER_OTLP_HEADERS"]?.replace("authorization=Bearer%20", "") ?? "";
    expect((await send(spans(span(first, 1), span(second, 1), span(waiting, 1)), token)).body).toMatchObject({
      partialSuccess: { rejectedSpans: 1 },
    });
    expect((await trace(first)).children).toHaveLength(1);
    expect((await trace(second)).children).toHaveLength(1);
    expect((await trace(waiting)).children).toEqual([]);
    for (const [method, path] of [
      ["POST", `/api/v2/runs/${first}/cancel`],
      ["POST", `/api/v1/runs/${first}/tags`],
      ["GET", `/api/v3/runs/${first}`],
    ] as const)
      expect((await world.app.api(method, path, { as: token, body: method === "GET" ? undefined : {} })).status).toBe(
        403,
      );
  });

  it("that is hostile makes no 500, and leaves a trace that can be read", async () => {
    const run = await triggered();
    const nested = (depth: number): object =>
      depth === 0 ? { stringValue: "x" } : { arrayValue: { values: [nested(depth - 1)] } };
    const strange = [
      span(run, 1, { parentSpanId: hex(2), name: "nul \0 and \ud800 alone" }),
      span(run, 2, { parentSpanId: hex(1) }, [
        attribute("__proto__", { stringValue: "x" }),
        attribute("a", nested(50)),
      ]),
      span(run, 3, { parentSpanId: hex(3) }, [attribute("t\0", { stringValue: "\udfff\0" })]),
      span(run, 4, { endTimeUnixNano: "-1", startTimeUnixNano: "99999999999999999999999" }),
      span(run, 5, { startTimeUnixNano: {}, attributes: "none" }),
      span(run, 6, { events: [{ name: "exception", timeUnixNano: "8999999999999999999" }, null, 7], status: [] }),
      span(run, 7, { spanId: "'; DROP TABLE run_span; --" }),
      ...Array.from({ length: 300 }, (_, n) => span(run, 1000 + n, { parentSpanId: hex(999 + n) })),
      null,
      1,
      "x",
      [],
      {},
    ];
    const { status, body } = await send({ resourceSpans: [{ scopeSpans: [{ spans: strange }, null] }, 1] });
    expect([status, body]).toMatchObject([200, { partialSuccess: { rejectedSpans: 4 } }]);
    const all = (root: Span): Span[] => [root, ...root.children.flatMap(all)];
    expect(all(await trace(run))).toHaveLength(1 + 4 + 300);
    for (const raw of ["[]", "{", "null", '{"resourceSpans":'.concat("[".repeat(5000))])
      expect(
        (
          await world.app.api("POST", "/otel/v1/traces", {
            as: dev,
            raw,
            headers: { "content-type": "application/json" },
          })
        ).status,
      ).toBe(400);
    const bomb = gzipSync(" ".repeat(64 * 1024 * 1024));
    const post = (bytes: Uint8Array, headers: Record<string, string>) =>
      fetch(`${world.app.origin}/otel/v1/traces`, {
        method: "POST",
        headers: { authorization: `Bearer ${dev}`, "content-type": "application/json", ...headers },
        body: bytes,
      }).then((answer) => answer.status);
    expect(await post(bomb, { "content-encoding": "gzip" })).toBe(413);
    expect(await post(bomb.subarray(9), { "content-encoding": "gzip" })).toBe(400);
    expect(await post(bomb, { "content-encoding": "br" })).toBe(415);
    expect(await post(new Uint8Array(9), { "content-type": "application/x-protobuf" })).toBe(415);
  });

  it("of one run is bounded, and so is that of an environment in a day", async () => {
    const [run, other] = [await triggered(), await triggered()];
    const environment = world.owner.environments.dev.id;
    const use = (subject: string, items: number, bytes: number) =>
      world.pool.query(
        `INSERT INTO trace_usage (environment_id, subject, items, bytes) VALUES ($1, $2, $3, $4)
         ON CONFLICT (environment_id, subject) DO UPDATE SET items = excluded.items, bytes = excluded.bytes`,
        [environment, subject, items, bytes],
      );
    await use(run, 9_999, 0);
    const two = await send(spans(span(run, 1), span(run, 2), span(other, 1)));
    expect(two.body).toMatchObject({ partialSuccess: { rejectedSpans: 1 } });
    expect((await trace(run)).children).toHaveLength(1);
    await use(new Date().toISOString().slice(0, 10), 1, 1024 ** 3);
    expect((await send(spans(span(other, 2)))).body).toMatchObject({ partialSuccess: { rejectedSpans: 1 } });
    await world.pool.query("DELETE FROM trace_usage");
  });
});

describe("the scopes of a trace", () => {
  it("are those of reading the run", async () => {
    const run = await triggered();
    const views = ["trace", "events", "spans/aaaaaaaaaaaaaaaa"].map((view) => `/api/v1/runs/${run}/${view}`);
    const statuses = async (as: string) =>
      Promise.all(views.map(async (path) => (await world.app.api("GET", path, { as })).status));
    for (const scope of [`read:runs:${run}`, "read:tasks:hello", "read:all"])
      expect(await statuses(await jwt(scope)), scope).toEqual([200, 200, 404]);
    for (const scope of ["read:tasks:other", `write:runs:${run}`, "read:errors"])
      expect(await statuses(await jwt(scope)), scope).toEqual([403, 403, 403]);
    expect(await statuses(prod)).toEqual([404, 404, 404]);
  });
});
