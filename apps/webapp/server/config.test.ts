import { describe, expect, it } from "vitest";
import { ConfigError, loadConfig } from "./config.js";

const problemsOf = (env: NodeJS.ProcessEnv): string => {
  try {
    loadConfig(env, "/srv");
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("was accepted");
};

describe("loadConfig", () => {
  it("has a default for everything", () => {
    expect(loadConfig({}, "/srv")).toEqual({
      host: "127.0.0.1",
      port: 3030,
      dataDir: "/srv/.data",
      databaseUrl: null,
      databaseReplicaUrl: null,
      appOrigin: "http://127.0.0.1:3030",
      bootstrapEmail: "admin@example.com",
      rateLimits: true,
      trustedProxies: [],
      rbacPlugin: null,
      userActorDefaultCap: null,
      userActorMaxTtlSeconds: 31_536_000,
      environmentKeyGraceSeconds: 86_400,
      runLeaseSeconds: 45,
      errorRetentionDays: 90,
      traceRetentionDays: 30,
      maxMintsPerMinute: 1200,
      maxExchangesPerMinute: 12_000,
      logLevel: "info",
      workers: 1,
      production: false,
    });
  });

  it("takes an empty variable as unset", () => {
    expect(loadConfig({ PORT: "", DATABASE_URL: " ", APP_ORIGIN: "" }, "/srv").port).toBe(3030);
  });

  it("derives the origin from where it listens", () => {
    expect(loadConfig({ HOST: "0.0.0.0", PORT: "80" }).appOrigin).toBe("http://127.0.0.1:80");
    expect(loadConfig({ HOST: "::1", PORT: "8080" }).appOrigin).toBe("http://[::1]:8080");
    expect(loadConfig({ APP_ORIGIN: "https://trigger.example.com/" }).appOrigin).toBe("https://trigger.example.com");
  });

  it("reads lists, and takes a scope's id with its colons", () => {
    const config = loadConfig({
      TRUSTED_PROXIES: "10.0.0.0/8, ::1",
      USER_ACTOR_DEFAULT_CAP: "read:all,read:tags:env:staging",
    });
    expect(config.trustedProxies).toEqual(["10.0.0.0/8", "::1"]);
    expect(config.userActorDefaultCap).toEqual(["read:all", "read:tags:env:staging"]);
  });

  it("is a production instance only with a database of its operator's own", () => {
    const DATABASE_URL = "postgresql://trigger@127.0.0.1/trigger";
    expect(loadConfig({ NODE_ENV: "production" }).production).toBe(false);
    expect(loadConfig({ DATABASE_URL }).production).toBe(false);
    expect(loadConfig({ NODE_ENV: "production", DATABASE_URL }).production).toBe(true);
  });

  it("names every variable that is wrong at once", () => {
    const message = problemsOf({
      PORT: "70000",
      APP_ORIGIN: "https://example.com/path",
      RATE_LIMITS: "yes",
      TRUSTED_PROXIES: "10.0.0.0/33",
      USER_ACTOR_DEFAULT_CAP: "reed:runs",
      USER_ACTOR_MAX_TTL_SECONDS: "0",
      BOOTSTRAP_EMAIL: "nobody",
      LOG_LEVEL: "loud",
      DATABASE_URL: "mysql://127.0.0.1/x",
    });
    for (const name of [
      "PORT",
      "APP_ORIGIN",
      "RATE_LIMITS",
      "TRUSTED_PROXIES",
      "USER_ACTOR_DEFAULT_CAP",
      "USER_ACTOR_MAX_TTL_SECONDS",
      "BOOTSTRAP_EMAIL",
      "LOG_LEVEL",
      "DATABASE_URL",
    ]) {
      expect(message).toContain(`  ${name}: `);
    }
    expect(message).toContain('USER_ACTOR_DEFAULT_CAP: "reed:runs" is not a scope; the nearest one is "read:runs".\n');
  });

  it("never repeats a database's password", () => {
    expect(problemsOf({ DATABASE_URL: "mysql://trigger:hunter2@127.0.0.1/x" })).not.toContain("hunter2");
  });
});
