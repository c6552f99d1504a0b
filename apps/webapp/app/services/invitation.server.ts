import type { ClientBase } from "pg";

/** Takes back what a member invited, as that was on the word of what they were. The organization is locked. */
export async function endInvitationsOf(client: ClientBase, organizationId: string, userId: string): Promise<void> {
  await client.query("DELETE FROM organization_invitation WHERE organization_id = $1 AND invited_by = $2", [
    organizationId,
    userId,
  ]);
}

/** Takes back what the holders of a role invited, and the invitations to that role. The organization is locked. */
export async function endInvitationsByRole(client: ClientBase, organizationId: string, role: string): Promise<void> {
  await client.query(
    `DELETE FROM organization_invitation i WHERE organization_id = $1 AND (role = $2 OR EXISTS
       (SELECT 1 FROM organization_member m
        WHERE m.organization_id = i.organization_id AND m.user_id = i.invited_by AND m.role = $2))`,
    [organizationId, role],
  );
}
