import { randomBytes } from "node:crypto";
import { createEnvironmentKey, createId, createPersonalAccessToken, type EnvironmentType } from "@trigger.dev/core/ids";
import type { Pool } from "pg";
import { sha256 } from "../credentials/sha256.js";
import { environmentKeyContext, type Encryption } from "../encryption.js";

const TYPES = { dev: "DEVELOPMENT", staging: "STAGING", prod: "PRODUCTION", preview: "PREVIEW" } as const;

export interface NewEnvironment {
  projectId: string;
  slug: keyof typeof TYPES;
  ownerUserId?: string;
  parentId?: string;
  branch?: string;
}

/** Rows as the services of the webapp write them, for tests of what reads them. */
export const createInserts = (pool: Pool, encryption: Encryption) => {
  const insert = async (table: string, row: Record<string, unknown>): Promise<void> => {
    const columns = Object.keys(row);
    const places = columns.map((_column, index) => `$${index + 1}`).join(", ");
    await pool.query(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${places})`, Object.values(row));
  };

  const key = async (environmentId: string, type: EnvironmentType, expiresAt: Date | null = null) => {
    const made = { id: createId("envkey"), apiKey: createEnvironmentKey(type) };
    await insert("environment_key", {
      id: made.id,
      environment_id: environmentId,
      hash: sha256(made.apiKey),
      ciphertext: encryption.seal(made.apiKey, environmentKeyContext(environmentId)),
      expires_at: expiresAt,
    });
    return made;
  };

  return {
    async user(email: string) {
      const id = createId("user");
      await insert('"user"', { id, email, name: email.split("@")[0] });
      return { id, email };
    },
    async organization(slug: string) {
      const id = createId("org");
      await insert("organization", { id, slug, title: slug });
      return { id, slug };
    },
    async member(organizationId: string, userId: string, since = new Date(Math.floor(Date.now() / 1000) * 1000)) {
      await insert("organization_member", { organization_id: organizationId, user_id: userId, since });
    },
    async project(organizationId: string, slug: string) {
      const made = { id: createId("proj"), ref: createId("proj") };
      await insert("project", {
        id: made.id,
        organization_id: organizationId,
        external_ref: made.ref,
        slug,
        name: slug,
      });
      return made;
    },
    async environment({ projectId, slug, ownerUserId, parentId, branch = "" }: NewEnvironment) {
      const id = createId("env");
      await insert("environment", {
        id,
        project_id: projectId,
        type: TYPES[slug],
        slug,
        owner_key: ownerUserId ?? "",
        owner_user_id: ownerUserId ?? null,
        parent_id: parentId ?? null,
        branch,
      });
      if (parentId !== undefined) return { id, apiKey: "", keyId: "" };
      const made = await key(id, TYPES[slug]);
      return { id, apiKey: made.apiKey, keyId: made.id };
    },
    key,
    async pat(
      userId: string,
      { expiresAt = null, maxRole = null }: { expiresAt?: Date | null; maxRole?: string | null } = {},
    ) {
      const made = { id: createId("pat"), token: createPersonalAccessToken() };
      await insert("personal_access_token", {
        id: made.id,
        user_id: userId,
        name: "test",
        hash: sha256(made.token),
        obfuscated: "tr_pat_…",
        max_role: maxRole,
        expires_at: expiresAt,
      });
      return made;
    },
    async uat(userId: string, patId: string, { cap = null, expiresAt }: { cap?: unknown; expiresAt: Date }) {
      const id = createId("uat");
      await insert("user_actor_token", {
        id,
        user_id: userId,
        pat_id: patId,
        client: "ci",
        cap: cap === null ? null : JSON.stringify(cap),
        expires_at: expiresAt,
      });
      return id;
    },
    async session(userId: string, expiresAt: Date) {
      const secret = randomBytes(32).toString("base64url");
      await insert("session", {
        id: createId("session"),
        secret_hash: sha256(secret),
        user_id: userId,
        expires_at: expiresAt,
      });
      return secret;
    },
  };
};
