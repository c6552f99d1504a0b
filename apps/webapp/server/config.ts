import { resolve } from "node:path";
import { MAX_LIFETIME_SECONDS } from "@trigger.dev/core/jwt";
import { checkScopes } from "@trigger.dev/plugins/rbac";
import { z } from "zod";
import { findAddressRangeProblem } from "./address-range.js";

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((n) => n >= min && n <= max, `must be a whole number from ${min} to ${max}`);

const list = z.string().transform((text) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== ""),
);

const origin = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /^https?:$/.test(url.protocol) && url.origin === text.replace(/\/$/, "")) return url.origin;
  context.addIssue({ code: "custom", message: "must be an http or https origin such as https://trigger.example.com" });
  return z.NEVER;
});

const databaseUrl = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol),
    "must be a postgresql:// URL",
  );

const scopes = list.superRefine((texts, context) => {
  const checked = checkScopes(texts);
  if (checked.ok) return;
  for (const { message } of checked.problems) context.addIssue({ code: "custom", message });
});

const addressRanges = list.superRefine((ranges, context) => {
  for (const range of ranges) {
    const problem = findAddressRangeProblem(range);
    if (problem) context.addIssue({ code: "custom", message: problem });
  }
});

const environmentSchema = z.object({
  HOST: z.string().default("127.0.0.1"),
  PORT: wholeNumber(0, 65_535).default(3030),
  DATA_DIR: z.string().default(".data"),
  DATABASE_URL: databaseUrl.optional(),
  DATABASE_REPLICA_URL: databaseUrl.optional(),
  APP_ORIGIN: origin.optional(),
  BOOTSTRAP_EMAIL: z.email("must be an email address").toLowerCase().default("admin@example.com"),
  RATE_LIMITS: z.enum(["on", "off"], "must be on or off").default("on"),
  TRUSTED_PROXIES: addressRanges.default([]),
  RBAC_PLUGIN: z.string().optional(),
  USER_ACTOR_DEFAULT_CAP: scopes.optional(),
  USER_ACTOR_MAX_TTL_SECONDS: wholeNumber(1, MAX_LIFETIME_SECONDS).default(MAX_LIFETIME_SECONDS),
  MAX_MINTS_PER_MINUTE: wholeNumber(1, 1_000_000).default(1200),
  MAX_EXCHANGES_PER_MINUTE: wholeNumber(1, 1_000_000).default(12_000),
  ENVIRONMENT_KEY_GRACE_SECONDS: wholeNumber(0, MAX_LIFETIME_SECONDS).default(86_400),
  RUN_LEASE_SECONDS: wholeNumber(1, 86_400).default(45),
  ERROR_RETENTION_DAYS: wholeNumber(1, 3650).default(90),
  TRACE_RETENTION_DAYS: wholeNumber(1, 3650).default(30),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "silent"], "must be trace, debug, info, warn, error or silent")
    .default("info"),
  WORKERS: wholeNumber(1, 256).default(1),
});

/** What the operator set, checked. Times are in seconds. */
export interface Config {
  host: string;
  port: number;
  /** Absolute. */
  dataDir: string;
  /** Null: the embedded PostgreSQL of `dataDir`. */
  databaseUrl: string | null;
  /** A read replica of it for lists that may lag behind; never asked about credentials. */
  databaseReplicaUrl: string | null;
  /** What people and clients reach the server by, without a path. */
  appOrigin: string;
  bootstrapEmail: string;
  rateLimits: boolean;
  /** Addresses and CIDR ranges. */
  trustedProxies: readonly string[];
  rbacPlugin: string | null;
  userActorDefaultCap: readonly string[] | null;
  userActorMaxTtlSeconds: number;
  /** The highest rates that an organization's policy can set. */
  maxMintsPerMinute: number;
  maxExchangesPerMinute: number;
  environmentKeyGraceSeconds: number;
  /** How long a worker may be silent about a run before the run is taken from it. */
  runLeaseSeconds: number;
  /** How long it is known when, and in what version, an error occurred. */
  errorRetentionDays: number;
  /** How long spans and log lines of runs are kept. */
  traceRetentionDays: number;
  logLevel: "trace" | "debug" | "info" | "warn" | "error" | "silent";
  workers: number;
  /** A production instance makes no secret of its own: `NODE_ENV=production` with a `DATABASE_URL`. */
  production: boolean;
}

/** Something that the operator can mend; `message` says what and where, without any secret. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

const isFilled = (entry: [string, string | undefined]): boolean => entry[1] !== undefined && entry[1].trim() !== "";

function originOf(host: string, port: number): string {
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

/**
 * Reads the configuration. An empty variable counts as unset; `DATA_DIR` is relative to `cwd`.
 * @throws {ConfigError} naming every variable that is wrong.
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env, cwd: string = process.cwd()): Config {
  const parsed = environmentSchema.safeParse(Object.fromEntries(Object.entries(env).filter(isFilled)));
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
    throw new ConfigError(`The configuration is wrong:\n${lines.join("\n")}`);
  }
  const values = parsed.data;
  return {
    host: values.HOST,
    port: values.PORT,
    dataDir: resolve(cwd, values.DATA_DIR),
    databaseUrl: values.DATABASE_URL ?? null,
    databaseReplicaUrl: values.DATABASE_REPLICA_URL ?? null,
    appOrigin: values.APP_ORIGIN ?? originOf(values.HOST, values.PORT),
    bootstrapEmail: values.BOOTSTRAP_EMAIL,
    rateLimits: values.RATE_LIMITS === "on",
    trustedProxies: values.TRUSTED_PROXIES,
    rbacPlugin: values.RBAC_PLUGIN ?? null,
    userActorDefaultCap: values.USER_ACTOR_DEFAULT_CAP ?? null,
    userActorMaxTtlSeconds: values.USER_ACTOR_MAX_TTL_SECONDS,
    maxMintsPerMinute: values.MAX_MINTS_PER_MINUTE,
    maxExchangesPerMinute: values.MAX_EXCHANGES_PER_MINUTE,
    environmentKeyGraceSeconds: values.ENVIRONMENT_KEY_GRACE_SECONDS,
    runLeaseSeconds: values.RUN_LEASE_SECONDS,
    errorRetentionDays: values.ERROR_RETENTION_DAYS,
    traceRetentionDays: values.TRACE_RETENTION_DAYS,
    logLevel: values.LOG_LEVEL,
    workers: values.WORKERS,
    production: env.NODE_ENV === "production" && values.DATABASE_URL !== undefined,
  };
}
