import type {
  AccessTarget,
  EnvironmentSlug,
  RoleEditor,
  RoleManager,
  UserAuthentication,
} from "@trigger.dev/plugins/rbac";
import { createPluginQuery, createRbac } from "@trigger.dev/rbac";
import { createWorld, silent } from "@trigger.dev/rbac/test-world";

export const PLUGIN = new URL("../src/index.ts", import.meta.url).href;
export const OPERATOR: RoleEditor = { kind: "operator" };

/** The world of the host's own tests, with this plugin over it: `ada` owns `acme`, `bob` is a developer there. */
export async function createRolesWorld() {
  const world = await createWorld();
  const { pool, secrets, encryption, acme, bob, project, resolvers } = world;
  const boot = () => createRbac({ pool, secrets, encryption, log: silent, plugin: PLUGIN });
  const rbac = await boot();
  const setRole = async (userId: string, role: string) => {
    await pool.query("UPDATE organization_member SET role = $3 WHERE organization_id = $1 AND user_id = $2", [
      acme.id,
      userId,
      role,
    ]);
  };
  await setRole(bob.id, "developer");
  const { roles } = rbac;
  if (!roles) throw new Error("the plugin manages no roles");

  const ask = async (token: string, target: AccessTarget): Promise<UserAuthentication> => {
    const answer = token.startsWith("tr_uat_")
      ? await rbac.authenticateUserActor(token, { target })
      : await rbac.authenticatePersonalAccessToken(token, { target });
    if (!answer.ok) throw new Error(answer.reason);
    return answer.authentication;
  };
  return {
    ...world,
    rbac,
    roles,
    boot,
    fallback: resolvers,
    setRole,
    ask,
    inEnvironment: async (token: string, environment: EnvironmentSlug) =>
      (await ask(token, { kind: "environment", ref: project.ref, environment })).ability,
    /** The person as an editor of the organization. */
    editor: async (token: string): Promise<RoleEditor> => ({
      kind: "person",
      authentication: await ask(token, { kind: "organization", slug: acme.slug }),
    }),
    /** A change in a transaction that holds the organization, as the host makes them. */
    async change<Answer extends { ok: boolean }>(
      run: (
        roles: RoleManager,
        shared: { organizationId: string; query: ReturnType<typeof createPluginQuery> },
      ) => Promise<Answer>,
    ): Promise<Answer> {
      const client = await pool.connect();
      try {
        await client.query("BEGIN");
        await client.query("SELECT id FROM organization WHERE id = $1 FOR NO KEY UPDATE", [acme.id]);
        const answer = await run(roles, { organizationId: acme.id, query: createPluginQuery(client) });
        await client.query(answer.ok ? "COMMIT" : "ROLLBACK");
        return answer;
      } catch (error) {
        await client.query("ROLLBACK");
        throw error;
      } finally {
        client.release();
      }
    },
    async stop() {
      await rbac.close();
      await world.stop();
    },
  };
}

export type RolesWorld = Awaited<ReturnType<typeof createRolesWorld>>;
