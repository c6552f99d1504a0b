import { createId } from "@trigger.dev/core/ids";
import { ProjectName } from "@trigger.dev/core/v3";
import type { ClientBase } from "pg";
import { notFound } from "../api/errors.js";
import { createEnvironments, type MadeEnvironment, type NewEnvironment } from "./create-environments.server.js";
import { auditChange, inTransaction, type ChangedBy, type SealingContext } from "./operation.server.js";
import { refuse } from "./refuse.server.js";

export type EnvironmentKeys = Record<NewEnvironment["slug"], { id: string; apiKey: string }>;

export interface CreatedProject {
  projectId: string;
  ref: string;
  slug: string;
  name: string;
  /** `dev` is that of `devOf`. */
  environments: EnvironmentKeys;
}

/** `My shop!` becomes `my-shop`. */
const slugOf = (name: string): string =>
  name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replaceAll(/^-|-$/g, "") || "project";

async function freeSlug(client: ClientBase, organizationId: string, name: string): Promise<string> {
  const wanted = slugOf(name);
  const { rows } = await client.query<{ slug: string }>(
    "SELECT slug FROM project WHERE organization_id = $1 AND (slug = $2 OR slug LIKE $2 || '-%')",
    [organizationId, wanted],
  );
  const taken = new Set(rows.map((row) => row.slug));
  if (!taken.has(wanted)) return wanted;
  for (let number = 2; ; number++) if (!taken.has(`${wanted}-${number}`)) return `${wanted}-${number}`;
}

const keyOf = (made: readonly MadeEnvironment[], slug: NewEnvironment["slug"], owner: string | null) => {
  const found = made.find((environment) => environment.slug === slug && environment.ownerUserId === owner);
  if (!found) throw notFound(`Environment ${slug}`);
  return { id: found.id, apiKey: found.apiKey };
};

/**
 * Makes a project with its shared environments and a dev environment for every member.
 * @throws AppError 400 for a name that cannot be, 404 when there is no such organization or `devOf` is no member
 */
export async function createProject(
  context: SealingContext,
  input: {
    organizationId: string;
    name: string;
    /** whose dev environment to answer; the longest-standing owner's if none */ devOf?: string;
    by: ChangedBy;
  },
): Promise<CreatedProject> {
  const name = ProjectName.safeParse(input.name.trim());
  if (!name.success) throw refuse("name", "A project's name has 1 to 255 characters and no control characters.");
  return inTransaction(context, async (client) => {
    // Members come and go under the same lock, so that nobody is left without a dev environment.
    const organization = await client.query("SELECT id FROM organization WHERE id = $1 FOR NO KEY UPDATE", [
      input.organizationId,
    ]);
    if (organization.rowCount === 0) throw notFound("Organization");
    const members = await client.query<{ userId: string }>(
      `SELECT user_id AS "userId" FROM organization_member WHERE organization_id = $1 ORDER BY (role = 'owner') DESC, since, user_id`,
      [input.organizationId],
    );
    const devOf = input.devOf ?? members.rows[0]?.userId;
    if (devOf === undefined) throw refuse("org", "The organization has no member yet; add one first.");
    const project = {
      projectId: createId("proj"),
      ref: createId("proj"),
      slug: await freeSlug(client, input.organizationId, name.data),
    };
    await client.query(
      "INSERT INTO project (id, organization_id, external_ref, slug, name) VALUES ($1, $2, $3, $4, $5)",
      [project.projectId, input.organizationId, project.ref, project.slug, name.data],
    );
    const shared = (["staging", "prod", "preview"] as const).map((slug) => ({
      projectId: project.projectId,
      slug,
      ownerUserId: null,
    }));
    const own = members.rows.map(({ userId }) => ({
      projectId: project.projectId,
      slug: "dev" as const,
      ownerUserId: userId,
    }));
    const made = await createEnvironments(client, context.encryption, [...shared, ...own]);
    await auditChange(client, context, {
      action: "project.create",
      organizationId: input.organizationId,
      target: project.projectId,
      detail: { ref: project.ref, name: name.data },
      by: input.by,
    });
    const environments: EnvironmentKeys = {
      dev: keyOf(made, "dev", devOf),
      staging: keyOf(made, "staging", null),
      prod: keyOf(made, "prod", null),
      preview: keyOf(made, "preview", null),
    };
    return { ...project, name: name.data, environments };
  });
}
