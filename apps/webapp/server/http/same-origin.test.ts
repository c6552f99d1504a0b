import { describe, expect, it } from "vitest";
import { isSameOrigin } from "./same-origin.js";

const APP = "https://trigger.example.com";
const from = (headers: Record<string, string>) => isSameOrigin(new Headers(headers), APP);

describe("a form is from this site", () => {
  it("when its origin is the instance's, or the host that was asked for", () => {
    expect(from({ origin: APP, host: "10.0.0.1:3030" })).toBe(true);
    expect(from({ origin: "http://localhost:3030", host: "localhost:3030" })).toBe(true);
    expect(from({ origin: APP, "sec-fetch-site": "same-origin" })).toBe(true);
    expect(from({})).toBe(true);
  });

  it("not when the browser says otherwise", () => {
    expect(from({ origin: "https://evil.example", host: "trigger.example.com" })).toBe(false);
    expect(from({ origin: "null", host: "trigger.example.com" })).toBe(false);
    expect(from({ origin: "https://trigger.example.com.evil.example", host: "trigger.example.com" })).toBe(false);
    expect(from({ origin: "nonsense", host: "trigger.example.com" })).toBe(false);
    expect(from({ origin: APP, "sec-fetch-site": "cross-site" })).toBe(false);
    expect(from({ "sec-fetch-site": "same-site" })).toBe(false);
  });
});
