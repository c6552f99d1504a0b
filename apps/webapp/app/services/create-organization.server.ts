import { createId } from "@trigger.dev/core/ids";
import { z } from "zod";
import { auditChange, inTransaction, isTaken, type ChangedBy, type OperationContext } from "./operation.server.js";
import { refuse } from "./refuse.server.js";

const Slug = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
const Title = z.string().trim().min(1).max(255);

/**
 * Makes an organization with its first owner.
 * @throws AppError 400 when the slug or title cannot be, or the slug is taken
 */
export async function createOrganization(
  context: OperationContext,
  input: { slug: string; title: string; ownerUserId: string; by: ChangedBy },
): Promise<{ organizationId: string; slug: string }> {
  const slug = Slug.safeParse(input.slug);
  if (!slug.success)
    throw refuse("slug", "A slug is 1 to 63 lower-case letters, digits and hyphens, no hyphen at its ends.");
  const title = Title.safeParse(input.title);
  if (!title.success) throw refuse("title", "A title has 1 to 255 characters.");
  const organizationId = createId("org");
  return inTransaction(context, async (client) => {
    await client.query("INSERT INTO organization (id, slug, title) VALUES ($1, $2, $3)", [
      organizationId,
      slug.data,
      title.data,
    ]);
    await client.query(
      `INSERT INTO organization_member (organization_id, user_id, role, since) VALUES ($1, $2, 'owner', date_trunc('second', now()))`,
      [organizationId, input.ownerUserId],
    );
    await auditChange(client, context, {
      action: "organization.create",
      organizationId,
      target: organizationId,
      detail: { slug: slug.data, owner: input.ownerUserId },
      by: input.by,
    });
    return { organizationId, slug: slug.data };
  }).catch((error: unknown) => {
    throw isTaken(error) ? refuse("slug", `There is already an organization ${slug.data}.`) : error;
  });
}
