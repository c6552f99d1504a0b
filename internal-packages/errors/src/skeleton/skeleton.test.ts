import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { skeletonOf } from "./skeleton.js";

test.each([
  ["an email", "Mail to ada.l+1@example.com bounced", "Mail to * bounced"],
  ["a URL", "GET https://api.example.com:8443/v1/a?b=1#c: timeout", "GET *: timeout"],
  ["a host and port", "connect ECONNREFUSED db-1.internal:5432", "connect ECONNREFUSED *"],
  ["an IPv4 address", "connect ECONNREFUSED 10.0.0.7:5432", "connect ECONNREFUSED *"],
  ["an IPv6 address", "connect ECONNREFUSED ::1:5432", "connect ECONNREFUSED *"],
  ["a bracketed address", "cannot reach [fe80::1]:5432", "cannot reach *"],
  ["a UUID", "Run 123e4567-e89b-42d3-a456-426614174000 is gone", "Run * is gone"],
  ["a git SHA", "No commit 3f2a1b9 here", "No commit * here"],
  ["a hash", "Digest 9e107d9d372bb6826bd81d3542a419d6 differs", "Digest * differ"],
  ["a JWT", "Token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl refused", "Token * refused"],
  ["base64", "Body aGVsbG8gd29ybGQxMjM0NTY3ODk= refused", "Body * refused"],
  ["an ISO date", "Due 2026-11-22T09:18:58.123Z passed", "Due * passed"],
  ["a date and time", "Due 2026-11-22 09:18:58 UTC passed", "Due * passed"],
  ["an HTTP date", "Due Sun, 22 Nov 2026 09:18:58 GMT passed", "Due * passed"],
  ["an American date", "Due 11/22/2026, 9:18:58 AM passed", "Due * passed"],
  ["a long date", "Due November 22, 2026 passed", "Due * passed"],
  ["a printed Date", "Due Sun Nov 22 2026 09:18:58 GMT+0000 (Coordinated Universal Time) passed", "Due * passed"],
  ["a duration", "Timed out after 1500ms", "Timed out after *"],
  ["a duration in words", "Timed out after 30 seconds", "Timed out after *"],
  ["a duration of parts", "Timed out after 1h 30m 2.5s", "Timed out after *"],
  ["a size", "File of 10.5 MB is too large", "File of * is too large"],
  ["hex", "Segfault at 0x7ffee4b0", "Segfault at *"],
  ["a prefixed id", "No such customer: 'cus_9s6XKzkNRiz8i3'", "No such customer: *"],
  ["an id outside of quotes", "There is no cus_9s6XKzkNRiz8i3 here", "There is no cus_* here"],
  ["a number", "Invoice 12 of -3,400.50", "Invoice * of *"],
  ["one of many", "Found 1 row", "Found * row"],
  ["many", "Found 25 rows", "Found * row"],
  ["a path", "open '/var/lib/My Files/a.txt' failed", "open * failed"],
  ["a Windows path", "open 'C:\\Users\\ada\\a.txt' failed", "open * failed"],
  ["a list", "Missing ids a1, b22, c333.", "Missing ids *."],
  ["an SQL literal", "UPDATE users SET name = 'O Brien' WHERE id = 42", "UPDATE users SET name = * WHERE id = *"],
  ["a key's detail", "Key (email)=(ada@example.com) already exists.", "Key (email)=* already exists."],
  ["a refused value", 'invalid input syntax for type integer: "abc"', "invalid input syntax for type integer: *"],
  ["a received value", "Expected a colour, received 'mauve'", "Expected a colour, received *"],
])("%s is replaced: %s", (_, message, skeleton) => {
  expect(skeletonOf(message)).toBe(skeleton);
});

test.each([
  "Request failed with status code 429",
  "HTTP 503 Service Unavailable",
  "429 Too Many Requests",
  "Process exited with code 137",
  "connect ECONNREFUSED",
  "user_id is required",
  "ER_DUP_ENTRY",
  "SQLSTATE 42P01",
  "P2002: unique constraint",
  "unsupported encoding utf8",
  "stripe.charges.create is not a function",
])("%s is kept", (message) => {
  expect(skeletonOf(message)).toBe(message);
});

test.each([
  ["Cannot read properties of undefined (reading 'name')", "Cannot read properties of undefined (reading 'email')"],
  ["Cannot read properties of undefined (reading 'line1')", "Cannot read properties of undefined (reading 'line2')"],
  ['column "price" does not exist', 'column "amount" does not exist'],
  ["status code 401", "status code 403"],
  ["getaddrinfo ENOTFOUND a.example.com", "getaddrinfo EAI_AGAIN a.example.com"],
  ['[{"path":["name"],"message":"Required"}]', '[{"path":["email"],"message":"Required"}]'],
])("%s is another cause than %s", (one, other) => {
  expect(skeletonOf(one)).not.toBe(skeletonOf(other));
});

describe("of a long message", () => {
  test("the reason in its last lines counts", () => {
    const long = "The query was rejected. ".repeat(1_000);
    expect(skeletonOf(`${long} Unknown column`)).not.toBe(skeletonOf(`${long} Deadlock found`));
  });
});

test("alike objects count once", () => {
  const issue = (index: number): string => `{ "path": [${index}, "width"], "message": "Too big" }`;
  expect(skeletonOf(`[ ${[1, 2, 3].map(issue).join(", ")} ]`)).toBe(skeletonOf(`[ ${issue(7)} ]`));
});

test("characters that nothing prints do no harm", () => {
  expect(skeletonOf("a\u0000b\u001b[31mc \ud800 d")).toBe(skeletonOf("a\u0000b\u001b[32mc \ud800 d"));
  expect(skeletonOf("\u0000\u0000\u0000")).toBe("");
});

test("the guide's examples are true", async () => {
  const guide = await readFile(new URL("../../../../docs/errors-grouping.md", import.meta.url), "utf8");
  const rows = [...(guide.split("## Examples")[1] ?? "").matchAll(/^\| `(.+?)` +\| `(.+?)` +\|$/gm)];

  expect(rows.length).toBeGreaterThan(3);
  expect(rows.map(([, message = ""]) => skeletonOf(message))).toEqual(rows.map(([, , skeleton]) => skeleton));
});

test("a word that objects have as a key stays a word", () => {
  expect(skeletonOf("5 constructor calls failed")).toBe("* constructor calls failed");
});
