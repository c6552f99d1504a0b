import type { BranchItem, CreateBranchRequestBody, CreateBranchResponseBody } from "@trigger.dev/core/v3";
import { createId } from "@trigger.dev/core/ids";
import type { AppContext } from "../api/context.js";
import { notFound } from "../api/errors.js";

/** Whose branches: a dev branch is its owner's alone, so the owner is part of the question. */
export interface BranchScope {
  projectId: string;
  ownerUserId: string | null;
}

const MOST = 1000;

const CREATE = `
  WITH parent AS (
    SELECT id, project_id, type, slug, owner_key, owner_user_id FROM environment
    WHERE project_id = $2 AND slug = $3 AND owner_key = $4 AND branch = ''),
  made AS (
    INSERT INTO environment (id, project_id, type, slug, owner_key, owner_user_id, parent_id, branch)
    SELECT $1, project_id, type, slug, owner_key, owner_user_id, id, $5 FROM parent
    ON CONFLICT (project_id, slug, owner_key, branch) DO NOTHING
    RETURNING id)
  SELECT id FROM made
  UNION ALL
  SELECT id FROM environment WHERE project_id = $2 AND slug = $3 AND owner_key = $4 AND branch = $5
  LIMIT 1`;

/**
 * Makes a branch: an environment of its own under `preview` or the caller's `dev`. Answers the one there is, if there is.
 * @throws AppError 404 when there is no such environment to branch from
 */
export async function createBranch(
  context: Pick<AppContext, "pool">,
  { projectId, ownerUserId }: BranchScope,
  { branch, env }: CreateBranchRequestBody,
): Promise<CreateBranchResponseBody> {
  const ownerKey = env === "dev" ? ownerUserId : "";
  if (ownerKey === null) throw notFound("Environment");
  const values = [createId("env"), projectId, env, ownerKey, branch];
  // A second look: a branch made by somebody else meanwhile is not in the first statement's snapshot.
  for (let look = 0; look < 2; look++) {
    const { rows } = await context.pool.query<{ id: string }>(CREATE, values);
    if (rows[0]) return { id: rows[0].id, branch, env };
  }
  throw notFound("Environment");
}

/** The preview branches of a project and the caller's own dev branches, oldest first. */
export async function listBranches(
  context: Pick<AppContext, "prisma">,
  { projectId, ownerUserId }: BranchScope,
  slugs: readonly ("preview" | "dev")[],
): Promise<BranchItem[]> {
  const owned = ownerUserId === null ? [] : [{ slug: "dev", ownerKey: ownerUserId }];
  const places = [{ slug: "preview", ownerKey: "" }, ...owned].filter(({ slug }) => slugs.some((one) => one === slug));
  const rows = await context.prisma.environment.findMany({
    where: { projectId, branch: { not: "" }, OR: places },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    take: MOST,
  });
  return rows.map(({ id, branch, slug, createdAt }) => ({
    id,
    branch,
    env: slug === "dev" ? "dev" : "preview",
    createdAt: createdAt.toISOString(),
  }));
}
