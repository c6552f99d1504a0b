import * as z from "zod";
import { RoleName } from "./roles.js";
import { IsoDate } from "./text.js";

/** A member's further role in one project. */
export const MemberGrantItem = z.object({ projectRef: z.string(), role: z.string() });

/** Somebody who belongs to an organization. */
export const MemberItem = z.object({
  id: z.string().describe("The person's id, `user_…`."),
  email: z.string(),
  name: z.string().nullable(),
  role: z.string().describe("The role in the whole organization."),
  since: IsoDate,
  grants: z.array(MemberGrantItem).describe("Further roles, each in one project."),
});
export type MemberItem = z.infer<typeof MemberItem>;

/** A membership that waits for the person with this address to accept it. */
export const InvitationItem = z.object({
  id: z.string(),
  email: z.string(),
  role: z.string(),
  invitedBy: z.string().describe("Id of the member who made it."),
  createdAt: IsoDate,
  expiresAt: IsoDate,
});
export type InvitationItem = z.infer<typeof InvitationItem>;

/** Answer of `GET /api/v1/orgs/:slug/members`. */
export const ListMembersResponseBody = z.object({
  members: z.array(MemberItem),
  invitations: z.array(InvitationItem),
});
export type ListMembersResponseBody = z.infer<typeof ListMembersResponseBody>;

/** Body of `POST /api/v1/orgs/:slug/members`. */
export const InviteMemberRequestBody = z.object({
  email: z.email().max(254).describe("Whoever has the account with this address may accept."),
  role: RoleName.optional().describe("`developer` unless named."),
});
export type InviteMemberRequestBody = z.infer<typeof InviteMemberRequestBody>;

/** Body of `PATCH /api/v1/orgs/:slug/members/:memberId` and `PUT …/grants/:ref`. */
export const SetMemberRoleRequestBody = z.object({ role: RoleName });
export type SetMemberRoleRequestBody = z.infer<typeof SetMemberRoleRequestBody>;

/** Answer of what gives a member a role. */
export const MemberRoleResponseBody = z.object({ userId: z.string(), organization: z.string(), role: z.string() });
export type MemberRoleResponseBody = z.infer<typeof MemberRoleResponseBody>;

/** Answer of `PUT /api/v1/orgs/:slug/members/:memberId/grants/:ref`. */
export const MemberGrantResponseBody = MemberGrantItem.extend({ userId: z.string() });
export type MemberGrantResponseBody = z.infer<typeof MemberGrantResponseBody>;

/** An invitation to oneself. */
export const OwnInvitationItem = z.object({
  id: z.string(),
  organization: z.object({ slug: z.string(), title: z.string() }),
  role: z.string(),
  expiresAt: IsoDate,
});

/** Answer of `GET /api/v1/invitations`. */
export const ListInvitationsResponseBody = z.object({ invitations: z.array(OwnInvitationItem) });
export type ListInvitationsResponseBody = z.infer<typeof ListInvitationsResponseBody>;
