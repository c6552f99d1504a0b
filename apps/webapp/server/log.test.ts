import { describe, expect, it } from "vitest";
import { createAccessLog, createLog, scrub } from "./log.js";

const PAT = "tr_pat_123456789abcdefghijkmnopqrstuvwxyz123456";
const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJlbnYifQ.c2lnbmF0dXJl";

describe("the log", () => {
  it.each([
    PAT,
    `tr_uat_${JWT}`,
    JWT,
    "tr_dev_abcdefghijklmnopqrstuvwx",
    "tr_preview_abcdefghijklmnopqrstuvwx",
    "/sign-in/link/abcdefghijklmnopqrstuvwxyz",
    "/authorize/abcdefghijklmnopqrstuvwxyz",
  ])("keeps %s to itself, wherever it stands", (secret) => {
    const lines: string[] = [];
    const log = createLog("info", { write: (line) => void lines.push(line) });
    log.info({ deep: { deeper: [`got ${secret}`] } }, `for ${secret}`);
    log.error({ err: new Error(`bad ${secret}!`) });
    expect(lines).toHaveLength(2);
    expect(lines.join("")).not.toContain(secret.slice(-12));
  });

  it("hides what stands under a telling name", () => {
    const lines: string[] = [];
    const log = createLog("info", { write: (line) => void lines.push(line) });
    log.info({ body: { password: "hunter2hunter2" }, authorization: "Basic aGk6aGk=" });
    expect(lines.join("")).not.toMatch(/hunter2|aGk6aGk/);
  });

  it("hides the password of a URL and leaves other text alone", () => {
    expect(scrub("postgresql://postgres:s3cret@127.0.0.1/db")).toBe("postgresql://postgres:[redacted]@127.0.0.1/db");
    expect(scrub("run_abc failed at 10:30 in user@example.com")).toBe("run_abc failed at 10:30 in user@example.com");
  });
});

describe("the log of requests", () => {
  const collected = () => {
    const lines: string[] = [];
    return { lines, output: { write: (line: string) => void lines.push(line), end: () => {} } };
  };
  const ACCESS = { method: 'P"T', route: "/api/v1/runs/:run", status: 200, ms: 3.6, requestId: "req_1" };

  it("has lines like those of the other log", () => {
    const { lines, output } = collected();
    createAccessLog("info", output)(ACCESS);
    createLog("info", output).info({ ...ACCESS, ms: 4 }, "request");
    const [own, other] = lines.map((line) => line.replace(/"time":"[^"]{24}"/, '"time":"now"'));
    expect(own).toBe(other);
  });

  it("has none where the level leaves them out", () => {
    const { lines, output } = collected();
    for (const level of ["warn", "error", "silent"] as const) createAccessLog(level, output)(ACCESS);
    createAccessLog("debug", output)(ACCESS);
    expect(lines).toHaveLength(1);
  });
});
