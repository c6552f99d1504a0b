import { describe, expect, it } from "vitest";
import type { Bootstrap } from "./bootstrap.js";
import { loadConfig } from "./config.js";
import { firstBootMessage } from "./first-boot.js";

const environment = { id: "env_a", apiKey: "tr_dev_key" };
const made: Bootstrap = {
  email: "ada@example.com",
  userId: "user_a",
  personalAccessToken: "tr_pat_token",
  organization: { slug: "main" },
  project: { ref: "proj_a" },
  environments: { dev: environment, staging: environment, prod: environment, preview: environment },
  signInUrl: "http://127.0.0.1:3030/sign-in/link/secret",
};
const config = loadConfig({ DATA_DIR: "/srv/data" });

describe("what the first boot says", () => {
  it("tells a terminal how to sign in, the token, the project and three commands", () => {
    const message = firstBootMessage({ made, config, isTerminal: true });
    for (const text of [made.email, made.signInUrl, made.personalAccessToken, made.project.ref]) {
      expect(message).toContain(text);
    }
    expect(message.match(/^ {2}(export|npx) /gm)).toHaveLength(3);
  });

  it("tells anything that may be a log only where the credentials are", () => {
    const message = firstBootMessage({ made, config, isTerminal: false });
    expect(message).toContain("/srv/data/bootstrap.json");
    expect(message).not.toContain("tr_");
    expect(message).not.toContain("sign-in");
    expect(message.trimEnd().split("\n")).toHaveLength(1);
  });
});
