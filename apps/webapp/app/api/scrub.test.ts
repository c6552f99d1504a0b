import { expect, it } from "vitest";
import { scrub } from "./scrub.js";

const TOKEN = `tr_pat_${"a".repeat(40)}`;

it.each([
  TOKEN,
  `Bearer ${TOKEN}`,
  JSON.stringify({ message: `line\n${TOKEN}\tend` }),
  `x${TOKEN}`,
  TOKEN.toUpperCase(),
  `tr_uat_eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.${"s".repeat(43)}`,
  `{"token":"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.${"s".repeat(43)}"}`,
  `https://host/sign-in/link/${"s".repeat(43)}?x`,
  `/authorize/${"s".repeat(43)}`,
])("leaves no secret in %s", (text) => {
  expect(scrub(text)).toContain("[redacted]");
  expect(scrub(text)).not.toMatch(/a{40}|A{40}|s{43}/);
});

it("leaves no password in a database's address", () => {
  expect(scrub("could not reach postgresql://app:hunter2@db:5432/x")).toBe(
    "could not reach postgresql://app:[redacted]@db:5432/x",
  );
});

it("leaves ids and plain words alone", () => {
  const text =
    '{"reason":"expired","tokenId":"uat_0123456789abcdefghijklmn","requestId":"req_0mwrn8eyjs8tnmgotgovvzas","url":"http://127.0.0.1:3030/x@y"}';
  expect(scrub(text)).toBe(text);
});

it("is linear on hostile text", () => {
  const started = performance.now();
  for (const text of ["a".repeat(1e6), "://a".repeat(250_000), "eyJ".repeat(300_000), "tr_pat_".repeat(150_000)])
    scrub(text);
  expect(performance.now() - started).toBeLessThan(1_000);
});
