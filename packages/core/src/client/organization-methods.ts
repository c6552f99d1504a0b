import type { InviteMemberRequestBody } from "../schemas/members.js";
import type {
  ChangeOrganizationPolicyRequestBody,
  SetOrganizationPolicyRequestBody,
} from "../schemas/organization-policy.js";
import type { CreateRoleRequestBody, UpdateRoleRequestBody } from "../schemas/roles.js";
import { pathSegment } from "./path-segment.js";
import { requestEmpty, requestJson, type RequestSettings } from "./request.js";

const lazyMembers = async () => (await import("../schemas/members.js")).ListMembersResponseBody;
const lazyInvitation = async () => (await import("../schemas/members.js")).InvitationItem;
const lazyOwnInvitations = async () => (await import("../schemas/members.js")).ListInvitationsResponseBody;
const lazyMemberRole = async () => (await import("../schemas/members.js")).MemberRoleResponseBody;
const lazyMemberGrant = async () => (await import("../schemas/members.js")).MemberGrantResponseBody;
const lazyRoles = async () => (await import("../schemas/roles.js")).ListRolesResponseBody;
const lazyRole = async () => (await import("../schemas/roles.js")).RoleItem;
const lazyPolicy = async () => (await import("../schemas/organization-policy.js")).OrganizationPolicyResponseBody;

const path = (slug: string, ...rest: string[]) =>
  `/api/v1/orgs/${[slug, ...rest].map((segment) => pathSegment(segment)).join("/")}`;

/** An organization's members, roles and policy. Members and roles are managed with a role-aware RBAC plugin alone. */
export function organizationMethods(settings: RequestSettings) {
  return {
    getOrganizationPolicy: (slug: string) =>
      requestJson(settings, { method: "GET", path: path(slug, "policy") }, lazyPolicy),

    /** Sets the whole policy: a rule that is left out is not set. */
    setOrganizationPolicy: (slug: string, body: SetOrganizationPolicyRequestBody) =>
      requestJson(settings, { method: "PUT", path: path(slug, "policy"), body }, lazyPolicy),

    /** Changes the rules that are named and leaves the others. */
    changeOrganizationPolicy: (slug: string, body: ChangeOrganizationPolicyRequestBody) =>
      requestJson(settings, { method: "PATCH", path: path(slug, "policy"), body }, lazyPolicy),

    /** The members with their roles, and the invitations that wait. */
    listMembers: (slug: string) => requestJson(settings, { method: "GET", path: path(slug, "members") }, lazyMembers),

    /** Invites whoever has the account with an address. */
    inviteMember: (slug: string, body: InviteMemberRequestBody) =>
      requestJson(settings, { method: "POST", path: path(slug, "members"), body }, lazyInvitation),

    setMemberRole: (slug: string, userId: string, role: string) =>
      requestJson(settings, { method: "PATCH", path: path(slug, "members", userId), body: { role } }, lazyMemberRole),

    /** Removes a member by `user_…`, or takes an invitation back by `invite_…`. */
    removeMember: (slug: string, memberId: string) =>
      requestEmpty(settings, { method: "DELETE", path: path(slug, "members", memberId) }),

    /** Gives a member a further role in one project. */
    grantProjectRole: (
      slug: string,
      { userId, projectRef, role }: { userId: string; projectRef: string; role: string },
    ) =>
      requestJson(
        settings,
        { method: "PUT", path: path(slug, "members", userId, "grants", projectRef), body: { role } },
        lazyMemberGrant,
      ),

    revokeProjectRole: (slug: string, { userId, projectRef }: { userId: string; projectRef: string }) =>
      requestEmpty(settings, { method: "DELETE", path: path(slug, "members", userId, "grants", projectRef) }),

    /** The roles, what they can be made of, and what a new one can start from. */
    listRoles: (slug: string) => requestJson(settings, { method: "GET", path: path(slug, "roles") }, lazyRoles),

    createRole: (slug: string, body: CreateRoleRequestBody) =>
      requestJson(settings, { method: "POST", path: path(slug, "roles"), body }, lazyRole),

    updateRole: (slug: string, name: string, body: UpdateRoleRequestBody) =>
      requestJson(settings, { method: "PATCH", path: path(slug, "roles", name), body }, lazyRole),

    /** `force`: also one that is in use. */
    deleteRole: (slug: string, name: string, { force = false } = {}) =>
      requestEmpty(settings, {
        method: "DELETE",
        path: path(slug, "roles", name),
        query: { force: force ? "true" : undefined },
      }),

    /** The invitations to oneself. */
    listInvitations: () => requestJson(settings, { method: "GET", path: "/api/v1/invitations" }, lazyOwnInvitations),

    acceptInvitation: (id: string) =>
      requestJson(
        settings,
        { method: "POST", path: `/api/v1/invitations/${pathSegment(id)}/accept`, body: {} },
        lazyMemberRole,
      ),
  };
}
