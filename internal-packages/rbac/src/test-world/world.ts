import { createKeyRingEntry } from "@trigger.dev/core/jwt";
import { type NewUserActorClaims, signUserActorToken } from "@trigger.dev/plugins/rbac";
import { startTestDatabase } from "@trigger.dev/testing";
import { createCredentialResolvers } from "../credentials/resolvers.js";
import { createEncryption } from "../encryption.js";
import { signEnvironmentJwt, type ExchangedJwtGrant } from "../issue-environment-jwt.js";
import { createSecrets, createStaticSecretSource } from "../secrets.js";
import { createUsageRecorder } from "../usage-recorder.js";
import { createInserts } from "./insert.js";

export const silent = { info() {}, warn() {}, error() {} };
export const inHours = (hours: number): Date => new Date(Date.now() + hours * 3_600_000);
export const seconds = (date = new Date()): number => Math.floor(date.getTime() / 1000);

export const createTestSecrets = () =>
  createSecrets(
    createStaticSecretSource({
      USER_ACTOR_SECRET: createKeyRingEntry(),
      ENVIRONMENT_JWT_SECRET: createKeyRingEntry(),
      SESSION_SECRET: createKeyRingEntry(),
      ENCRYPTION_KEY: createKeyRingEntry(),
    }),
  );

/**
 * A database with two organizations: `ada` owns `acme`, with a project of four environments and a branch each of
 * preview and dev; `bob` is a member of it too; `eve` owns `other` and nothing else.
 */
export const createWorld = async () => {
  const database = await startTestDatabase();
  const { pool } = database;
  const secrets = createTestSecrets();
  const encryption = createEncryption(secrets);
  const insert = createInserts(pool, encryption);

  const [ada, bob, eve] = [
    await insert.user("ada@example.test"),
    await insert.user("bob@example.test"),
    await insert.user("eve@example.test"),
  ];
  const [acme, other] = [await insert.organization("acme"), await insert.organization("other")];
  await insert.member(acme.id, ada.id);
  await insert.member(acme.id, bob.id);
  await insert.member(other.id, eve.id);
  const project = await insert.project(acme.id, "shop");
  const projectId = project.id;
  const dev = await insert.environment({ projectId, slug: "dev", ownerUserId: ada.id });
  const bobsDev = await insert.environment({ projectId, slug: "dev", ownerUserId: bob.id });
  const staging = await insert.environment({ projectId, slug: "staging" });
  const prod = await insert.environment({ projectId, slug: "prod" });
  const preview = await insert.environment({ projectId, slug: "preview" });
  const branch = await insert.environment({ projectId, slug: "preview", parentId: preview.id, branch: "feature" });
  const devBranch = await insert.environment({
    projectId,
    slug: "dev",
    ownerUserId: ada.id,
    parentId: dev.id,
    branch: "mine",
  });
  const foreignProject = await insert.project(other.id, "shop");
  const foreignProd = await insert.environment({ projectId: foreignProject.id, slug: "prod" });

  const usage = createUsageRecorder(pool);
  const resolvers = createCredentialResolvers({
    reader: { query: (statement) => pool.query(statement) },
    secrets,
    encryption,
    usage,
    log: silent,
    now: Date.now,
  });

  // Counts statements, whoever asks them.
  let statements = 0;
  const query = pool.query.bind(pool);
  Object.assign(pool, {
    query: (...given: Parameters<typeof query>) => {
      statements += 1;
      return query(...given);
    },
  });

  return {
    pool,
    secrets,
    encryption,
    insert,
    usage,
    resolvers,
    ada,
    bob,
    eve,
    acme,
    other,
    project,
    foreignProject,
    dev,
    bobsDev,
    staging,
    prod,
    preview,
    branch,
    devBranch,
    foreignProd,
    /** How many statements `run` asked. */
    async counting<Value>(run: () => Promise<Value>): Promise<{ value: Value; statements: number }> {
      const before = statements;
      const value = await run();
      return { value, statements: statements - before };
    },
    /** A user-actor token with its ledger row; `claims` and `ledger` bend one against the other. */
    async mint(
      user: { id: string },
      pat: { id: string },
      {
        cap,
        claims = {},
        ledger = {},
      }: {
        cap?: string[];
        claims?: Partial<NewUserActorClaims>;
        ledger?: { cap?: unknown; expiresAt?: Date };
      } = {},
    ) {
      const expiresAt = inHours(1);
      const id = await insert.uat(user.id, pat.id, { cap: cap ?? null, expiresAt, ...ledger });
      const token = await signUserActorToken({
        claims: {
          sub: user.id,
          jti: id,
          iat: seconds(),
          exp: seconds(expiresAt),
          act: { client: "ci", pat: pat.id },
          ...(cap ? { cap } : {}),
          ...claims,
        },
        ring: secrets.userActor,
      });
      return { id, token };
    },
    exchange: (grant: Pick<ExchangedJwtGrant, "environmentId" | "act"> & Partial<ExchangedJwtGrant>) =>
      signEnvironmentJwt({
        scopes: ["read:runs"],
        iat: seconds(),
        exp: seconds(inHours(1)),
        ring: secrets.environmentJwt,
        ...grant,
      }),
    stop: () => database.stop(),
  };
};

export type World = Awaited<ReturnType<typeof createWorld>>;
