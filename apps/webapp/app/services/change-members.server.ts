import { InviteMemberRequestBody, SetMemberRoleRequestBody } from "@trigger.dev/core/v3";
import type { Organization, UserAuthentication } from "@trigger.dev/plugins/rbac";
import type * as z from "zod";
import type { AppContext } from "../api/context.js";
import { AppError, rolesNotImplemented } from "../api/errors.js";
import { requireScope } from "../api/require-scope.js";
import type { MembersCommand } from "../sessions/read-members-form.server.js";
import { auditCredential } from "./audit.server.js";
import { endMembership } from "./end-membership.server.js";
import { inviteMember } from "./invite-member.server.js";
import { setOwnMemberRole } from "./set-own-member-role.server.js";

const ACTION = { invite: "member.invite", "set-role": "member.set-role", remove: "member.remove" } as const;

interface Asker {
  organization: Organization;
  caller: UserAuthentication;
}

/**
 * Changes an organization's members as whoever is signed in, with the rules of the API. Answers the refusal, if it is
 * one; who may not is written down as with the API.
 */
export async function changeMembers(
  context: AppContext,
  { organization, caller }: Asker,
  command: MembersCommand,
): Promise<AppError | null> {
  try {
    if (!context.rbac.roles) throw rolesNotImplemented();
    await carryOut(context, { organization, caller }, command);
    return null;
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    if (thrown.status === 403) {
      context.refusals.record(context, {
        action: ACTION[command.intent],
        reason: thrown.code,
        organizationId: organization.id,
        userId: caller.user.id,
        credential: auditCredential(caller),
      });
    }
    return thrown;
  }
}

async function carryOut(context: AppContext, { organization, caller }: Asker, command: MembersCommand): Promise<void> {
  if (command.intent === "remove") return endMembership(context, caller, organization, command.id);
  requireScope(caller, ["write:members"]);
  if (command.intent === "invite") {
    await inviteMember(context, caller, organization, sent(InviteMemberRequestBody, command));
    return;
  }
  const { role } = sent(SetMemberRoleRequestBody, command);
  await setOwnMemberRole(context, caller, organization, { memberId: command.id, role });
}

function sent<Schema extends z.ZodType>(schema: Schema, command: MembersCommand): z.output<Schema> {
  const checked = schema.safeParse(command);
  if (checked.success) return checked.data;
  throw new AppError("invalid_request", "There is no such role, or the address is none that can be invited.");
}
