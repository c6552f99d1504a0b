import {
  ChangeOrganizationPolicyRequestBody,
  OrganizationPolicyResponseBody,
  SetOrganizationPolicyRequestBody,
} from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { ScopeList } from "../api/scope-list.js";
import { policyItem } from "../services/organization-policy.server.js";
import {
  changeOwnOrganizationPolicy,
  setOwnOrganizationPolicy,
} from "../services/set-own-organization-policy.server.js";

const shared = { tag: "Organizations", credentials: ["pat", "uat"], target: "organization" } as const;

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    ...shared,
    summary: "Read an organization's policy",
    permission: scopes("read:members"),
    answers: { 200: { description: "The policy", schema: OrganizationPolicyResponseBody } },
    handler: async ({ place }) => policyItem(place.organization),
  }),
  PUT: endpoint({
    ...shared,
    summary: "Set an organization's policy",
    description:
      "The whole of it: a rule that is left out is not set. It narrows every user-actor token and exchanged JWT that is " +
      "used in the organization from its next request on, also those that were made before.",
    permission: scopes("write:members"),
    body: SetOrganizationPolicyRequestBody.extend({ defaultCap: ScopeList.optional() }),
    example: { maxTokenTtlSeconds: 604_800, clients: ["api", "cli", "nightly-report"], mintsPerMinute: 240 },
    answers: { 200: { description: "The policy", schema: OrganizationPolicyResponseBody } },
    handler: ({ context, caller, place, body }) => setOwnOrganizationPolicy(context, caller, place.organization, body),
  }),
  PATCH: endpoint({
    ...shared,
    summary: "Change rules of an organization's policy",
    description: "The rules that are named, and those to `clear`; the others stay. Changes at the same time all hold.",
    permission: scopes("write:members"),
    body: ChangeOrganizationPolicyRequestBody.extend({ defaultCap: ScopeList.optional() }),
    example: { maxTokenTtlSeconds: 86_400, clear: ["clients"] },
    answers: { 200: { description: "The policy", schema: OrganizationPolicyResponseBody } },
    handler: ({ context, caller, place, body }) =>
      changeOwnOrganizationPolicy(context, caller, place.organization, body),
  }),
});
