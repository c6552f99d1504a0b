import * as z from "zod";
import { ClientLabel, MAX_TTL_SECONDS } from "./user-actor-token.js";
import { label } from "./text.js";

const seconds = z.int().min(1).max(MAX_TTL_SECONDS);
/** As the grammar allows at most; `checkScopes` of `@trigger.dev/plugins` says which are scopes. */
const cap = z.array(z.string().max(4096)).min(1).max(64);
const clients = z.array(ClientLabel).min(1).max(100);
const perMinute = z.int().min(1).max(1_000_000);

/** What an organization asks of the tokens that are used in it. Null: this rule is not set. */
export const OrganizationPolicy = z.object({
  maxTokenTtlSeconds: seconds
    .nullable()
    .describe("The longest life, in this organization, of a user-actor token or an exchanged environment JWT."),
  defaultCap: cap.nullable().describe("What a user-actor token that was minted without a cap may do here at most."),
  allowCaplessTokens: z
    .boolean()
    .describe("Whether a user-actor token may come without a cap, or with `admin` in it, where there is no default."),
  clients: clients.nullable().describe("The client labels of the user-actor tokens that are let in, to the letter."),
  mintsPerMinute: perMinute.nullable().describe("User-actor tokens that may be minted from one PAT in a minute."),
  exchangesPerMinute: perMinute
    .nullable()
    .describe("Environment JWTs that one token may be exchanged for in a minute."),
});
export type OrganizationPolicy = z.infer<typeof OrganizationPolicy>;

/** A rule of a policy, as it is called in it. */
export type OrganizationPolicyRule = keyof OrganizationPolicy;

/** Body of `PUT /api/v1/orgs/:slug/policy`: the whole policy. A rule that is left out is not set. */
export const SetOrganizationPolicyRequestBody = z.object({
  maxTokenTtlSeconds: seconds.optional(),
  defaultCap: cap.optional(),
  allowCaplessTokens: z.boolean().optional(),
  clients: clients.optional(),
  mintsPerMinute: perMinute.optional(),
  exchangesPerMinute: perMinute.optional(),
});
export type SetOrganizationPolicyRequestBody = z.infer<typeof SetOrganizationPolicyRequestBody>;

/** Body of `PATCH /api/v1/orgs/:slug/policy`: these rules change, and those of `clear` are not set any more. */
export const ChangeOrganizationPolicyRequestBody = SetOrganizationPolicyRequestBody.extend({
  clear: z.array(SetOrganizationPolicyRequestBody.keyof()).max(64).optional().describe("Rules to take back."),
});
export type ChangeOrganizationPolicyRequestBody = z.infer<typeof ChangeOrganizationPolicyRequestBody>;

/** Answer of `GET`, `PUT` and `PATCH /api/v1/orgs/:slug/policy`. */
export const OrganizationPolicyResponseBody = OrganizationPolicy.extend({
  organization: label(255).describe("Its slug."),
});
export type OrganizationPolicyResponseBody = z.infer<typeof OrganizationPolicyResponseBody>;
