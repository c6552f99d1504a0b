import { describe, expect, it } from "vitest";
import type { CommonOptions } from "./common-options.js";
import { chooseApiUrl, chooseConnection } from "./connection.js";
import { CommandFailure, UsageError } from "./usage-error.js";

const config = {
  version: 2,
  currentProfile: "default",
  profiles: {
    default: { accessToken: "tr_pat_default", apiUrl: "http://default/" },
    work: { accessToken: "tr_pat_work", apiUrl: "https://work" },
    signedOut: { apiUrl: "http://out" },
  },
} as const;
const none = { version: 2, currentProfile: "default", profiles: {} } as const;
const options = (more: Partial<CommonOptions> = {}): CommonOptions => ({ logLevel: "log", ...more });

describe("which server and which token", () => {
  it("are the current profile's", () => {
    expect(chooseConnection(config, options(), {})).toEqual({
      apiUrl: "http://default",
      accessToken: "tr_pat_default",
      source: { kind: "profile", name: "default" },
      signedInTo: null,
    });
  });

  it("are the named profile's, even with a token in the environment", () => {
    expect(chooseConnection(config, options({ profile: "work" }), { TRIGGER_ACCESS_TOKEN: "tr_pat_e" })).toMatchObject({
      apiUrl: "https://work",
      accessToken: "tr_pat_work",
    });
  });

  it("are the environment's before the current profile's", () => {
    const env = { TRIGGER_ACCESS_TOKEN: " tr_pat_e\n", TRIGGER_API_URL: "http://e/" };
    expect(chooseConnection(config, options(), env)).toMatchObject({
      apiUrl: "http://e",
      accessToken: "tr_pat_e",
      source: { kind: "environment" },
    });
  });

  it("may be asked for, and then it is said that the profile was another server's", () => {
    const env = { TRIGGER_API_URL: "http://e" };
    expect(chooseConnection(config, options({ apiUrl: "http://asked" }), env)).toMatchObject({
      apiUrl: "http://asked",
      accessToken: "tr_pat_default",
      signedInTo: "http://default",
    });
  });

  it("default to a server on this machine", () => {
    expect(chooseConnection(none, options(), { TRIGGER_ACCESS_TOKEN: "tr_pat_e" }).apiUrl).toBe(
      "http://127.0.0.1:3030",
    );
    expect(chooseApiUrl(none, options(), { TRIGGER_API_URL: "" })).toBe("http://127.0.0.1:3030");
  });

  it.each([
    [none, options()],
    [config, options({ profile: "signedOut" })],
    [config, options({ profile: "nosuch" })],
    [config, options({ profile: "constructor" })],
  ])("are not there for who is not signed in, with the way to do it", (file, asked) => {
    expect(() => chooseConnection(file, asked, {})).toThrow(CommandFailure);
    expect(() => chooseConnection(file, asked, {})).toThrow(/trigger\.dev login --profile \w+ -a http:\/\//);
  });

  it("refuse an address that is none, by the name of where it stands", () => {
    expect(() => chooseApiUrl(none, options({ apiUrl: "example.com" }), {})).toThrow(UsageError);
    expect(() => chooseApiUrl(none, options(), { TRIGGER_API_URL: "ftp://x" })).toThrow(/^TRIGGER_API_URL must be/);
  });

  it("refuse a token that could break a header, without repeating it", () => {
    expect(() => chooseConnection(none, options(), { TRIGGER_ACCESS_TOKEN: "tr_pat_a\nb" })).toThrow(
      /^TRIGGER_ACCESS_TOKEN has characters that no token has\.$/,
    );
  });
});
