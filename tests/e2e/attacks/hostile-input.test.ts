import { type JsonObject, PLUGIN_UNDER_TEST } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cast, rowOf, startCast } from "../support/cast.js";
import { createMember } from "../support/world.js";
import { HOSTILE_BODIES, HOSTILE_SEGMENTS, HOSTILE_TEXTS, HOSTILE_VALUES } from "../support/hostile.js";

const MIB = 1024 * 1024;
const JSON_TYPE = { "content-type": "application/json" };

let cast: Cast;
/** Values for the parameters of a path, by method. */
let paramsFor: (method: string) => Record<string, string>;

/** What only a plugin for roles serves is attacked with it, the rest without: no plugin has a part in how input is read. */
const isWithRoles = Boolean(process.env[PLUGIN_UNDER_TEST]);

beforeAll(async () => {
  cast = await startCast();
  const { params } = cast;
  const tokenId = "uat_none";
  paramsFor = () => ({ ...params, tokenId });
  if (!isWithRoles) return;
  const { userId } = await createMember(cast.world, "guinea-pig");
  const role = { name: params["role"], permissions: [{ scope: "read:runs" }] };
  await cast.world.ok("POST", `/api/v1/orgs/${params["slug"]}/roles`, { as: cast.live.people[0], body: role });
  // What is there is changed again and again, and what is not is deleted.
  paramsFor = (method) => ({ ...params, tokenId, ...(method === "DELETE" ? { role: "none" } : { memberId: userId }) });
});

afterAll(() => cast?.world.stop());

const served = ({ routes }: Cast) => routes.filter(({ name }) => (rowOf(name).people[0] === 501) === isWithRoles);

describe("hostile input", () => {
  /** What is neither understood nor a fault of the server's. */
  function expectSound({ status, body, text }: { status: number; body: JsonObject; text: string }, what: string): void {
    // 501 is for what clients can ask and no run here would do.
    if (status !== 501 || body["code"] !== "not_implemented") {
      expect(status, `${what}: ${text.slice(0, 200)}`).toBeLessThan(500);
    }
    if (status >= 400) expect(typeof body["code"], `${what}: ${text.slice(0, 200)}`).toBe("string");
    expect(text.length, what).toBeLessThan(2 * MIB);
  }

  it("in a path is never a fault of the server's", async () => {
    for (const { name, method, path } of served(cast)) {
      for (const [, parameter = ""] of path.matchAll(/\{(\w+)\}/g)) {
        for (const segment of HOSTILE_SEGMENTS) {
          const target = cast.pathOf(path, { ...paramsFor(method), [parameter]: segment });
          const { body } = rowOf(name);
          const answer = await cast.world.app.api(method, target, {
            as: cast.takerOf(name),
            ...(body ? { body } : {}),
          });
          expectSound(answer, `${method} ${target}`);
        }
      }
    }
  });

  it("in a query is never a fault of the server's", async () => {
    for (const { name, method, path, query } of served(cast)) {
      if (method !== "GET") continue;
      for (const parameter of [
        ...query,
        "unknown",
        "__proto__",
        "constructor",
        "filter[__proto__]",
        "filter[]",
        "page[size",
      ]) {
        const values = [...HOSTILE_SEGMENTS, "", "1", "run_a", "error_a"];
        await Promise.all(
          values.map(async (value) => {
            const target = `${cast.pathOf(path, paramsFor(method))}?${encodeURIComponent(parameter)}=${value}&${parameter}=${value}`;
            expectSound(await cast.world.app.api(method, target, { as: cast.takerOf(name) }), target);
          }),
        );
      }
    }
  });

  it("in a body is never a fault of the server's", async () => {
    for (const { name, method, path, members } of served(cast)) {
      const as = cast.takerOf(name);
      const target = cast.pathOf(path, paramsFor(method));
      for (const raw of method === "GET" ? [] : HOSTILE_BODIES) {
        expectSound(
          await cast.world.app.api(method, target, { as, raw, headers: JSON_TYPE }),
          `${name} ${raw.slice(0, 40)}`,
        );
      }
      for (const member of members ?? []) {
        for (const value of HOSTILE_VALUES) {
          const body: JsonObject = structuredClone(rowOf(name).body ?? {});
          let at = body;
          for (const key of member.slice(0, -1)) {
            const next: JsonObject = {};
            at[key] = next;
            at = next;
          }
          at[member.at(-1) ?? ""] = value;
          const answer = await cast.world.app.api(method, target, { as, body });
          expectSound(answer, `${name} ${member.join(".")} = ${JSON.stringify(value)?.slice(0, 60)}`);
        }
      }
    }
  });

  it("in headers is never a fault of the server's", async () => {
    const names = [
      "x-trigger-branch",
      "x-trigger-client",
      "x-trigger-source",
      "traceparent",
      "trigger-version",
      "x-trigger-api-version",
      "content-type",
      "accept",
      "cookie",
      "origin",
      "x-forwarded-for",
      "user-agent",
      "idempotency-key",
      "x-trigger-request-idempotency-key",
    ];
    const values = HOSTILE_TEXTS.filter((text) => /^[\t\x20-\x7e]*$/.test(text));
    for (const { name, method, path } of served(cast)) {
      for (const header of names) {
        for (const value of [...values.slice(0, 12), "x".repeat(4_000), "%00", "é"]) {
          if (header === "x-trigger-branch" || method === "GET" || value.length < 3) {
            const { body } = rowOf(name);
            const answer = await cast.world.app.api(method, cast.pathOf(path, paramsFor(method)), {
              as: cast.takerOf(name),
              headers: { [header]: value },
              ...(body ? { body } : {}),
            });
            expectSound(answer, `${name} ${header}: ${value.slice(0, 40)}`);
          }
        }
      }
    }
  });

  it("that was stored can be read again", async () => {
    const key = cast.live.keys[0];
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const payloads: JsonObject[] = [
      { payload: deep, options: { payloadType: "application/json" } },
      { payload: `{"json":${deep}}`, options: { payloadType: "application/super+json" } },
      { payload: "\ud800", options: { payloadType: "text/plain" } },
      { payload: { a: "\u0000", "\u0000": "\ud800", ["__proto__"]: 1 } },
      { payload: "{", options: { payloadType: "application/json", metadata: deep } },
      { options: { metadata: "\ud800{" } },
    ];
    for (const body of payloads) {
      const {
        status,
        body: made,
        text,
      } = await cast.world.app.api("POST", "/api/v1/tasks/odd/trigger", { as: key, body });
      expect(status, text).toBe(200);
      const read = await cast.world.app.api("GET", `/api/v3/runs/${made["id"]}`, { as: key });
      expect(read.status, read.text.slice(0, 200)).toBe(200);
    }
    for (const path of ["/api/v1/runs?page[size]=100", `/api/v1/projects/${cast.params["ref"]}/runs`]) {
      const as = path.includes("projects") ? cast.live.people[0] : key;
      expect((await cast.world.app.api("GET", path, { as })).status).toBe(200);
    }
  });

  it("left no fault in the log", () => {
    const faults = cast.world.app
      .log()
      .split("\n")
      .filter((line) => /"level":(50|60)/.test(line));
    expect(faults.slice(0, 3)).toEqual([]);
  });
});
