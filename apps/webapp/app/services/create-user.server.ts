import { createId } from "@trigger.dev/core/ids";
import { parseEmail } from "./email.server.js";
import { auditChange, inTransaction, type ChangedBy, type OperationContext } from "./operation.server.js";
import { refuse } from "./refuse.server.js";

/**
 * Makes a person's account; the email is kept in lower case.
 * @throws AppError 400 when the email is none, or taken
 */
export async function createUser(
  context: OperationContext,
  input: { email: string; name?: string | null; by: ChangedBy },
): Promise<{ userId: string; email: string }> {
  const email = parseEmail(input.email);
  const name = input.name?.trim() || null;
  if (name && name.length > 255) throw refuse("name", "A name has at most 255 characters.");
  const userId = createId("user");
  return inTransaction(context, async (client) => {
    const made = await client.query(
      `INSERT INTO "user" (id, email, name) VALUES ($1, $2, $3) ON CONFLICT (email) DO NOTHING`,
      [userId, email, name],
    );
    if (made.rowCount === 0) throw refuse("email", `There is already a user ${email}.`);
    await auditChange(client, context, { action: "user.create", target: userId, detail: { email }, by: input.by });
    return { userId, email };
  });
}
