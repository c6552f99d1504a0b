import { createEnvironmentKey, createId } from "@trigger.dev/core/ids";
import { environmentKeyContext, sha256, type Encryption } from "@trigger.dev/rbac";
import type { ClientBase } from "pg";
import { TYPE_OF_SLUG } from "../api/ability-in.js";

export interface NewEnvironment {
  projectId: string;
  slug: "dev" | "staging" | "prod" | "preview";
  /** Whose dev environment it is; null for the shared ones. */
  ownerUserId: string | null;
}

export interface MadeEnvironment extends NewEnvironment {
  id: string;
  apiKey: string;
}

/** Makes root environments, each with a key; in the caller's transaction. */
export async function createEnvironments(
  client: ClientBase,
  encryption: Encryption,
  wanted: readonly NewEnvironment[],
): Promise<MadeEnvironment[]> {
  const made = wanted.map((environment) => ({
    ...environment,
    id: createId("env"),
    apiKey: createEnvironmentKey(TYPE_OF_SLUG[environment.slug]),
  }));
  if (made.length === 0) return [];
  await client.query(
    `INSERT INTO environment (id, project_id, type, slug, owner_key, owner_user_id)
     SELECT id, project, type::environment_type, slug, coalesce(owner, ''), owner
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS made(id, project, type, slug, owner)
     ORDER BY project, slug, owner`,
    [
      made.map((environment) => environment.id),
      made.map((environment) => environment.projectId),
      made.map((environment) => TYPE_OF_SLUG[environment.slug]),
      made.map((environment) => environment.slug),
      made.map((environment) => environment.ownerUserId),
    ],
  );
  await client.query(
    `INSERT INTO environment_key (id, environment_id, hash, ciphertext)
     SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::text[])`,
    [
      made.map(() => createId("envkey")),
      made.map((environment) => environment.id),
      made.map((environment) => sha256(environment.apiKey)),
      made.map((environment) => encryption.seal(environment.apiKey, environmentKeyContext(environment.id))),
    ],
  );
  return made;
}
