import { OrganizationPolicy } from "@trigger.dev/core/v3";
import { createAbility, RESOURCE_TYPES, type PolicyNarrowing } from "@trigger.dev/plugins/rbac";

type Caps = readonly (readonly string[])[];

/** Reads an organization's policy from its row; throws for what is none, so that nobody gets by under it. */
export const readOrganizationPolicy = (stored: unknown): OrganizationPolicy | null =>
  stored === null ? null : OrganizationPolicy.parse(stored);

/** A token of somebody's that a policy judges. */
export interface JudgedToken {
  /** Epoch milliseconds; of what it came from, if that is older. */
  madeAt: number;
  /** What it says of itself as a user-actor token; null for what was exchanged from a PAT. */
  userActor: { client: string; caps: Caps; isCapDefaulted: boolean } | null;
}

/** When the policy ends a token that was made at `madeAt` (epoch milliseconds), else null. */
export const endByPolicy = (policy: OrganizationPolicy | null, madeAt: number): Date | null =>
  typeof policy?.maxTokenTtlSeconds === "number" ? new Date(madeAt + policy.maxTokenTtlSeconds * 1000) : null;

/** The earlier of when a token ends and when the policy ends it. */
export const earlierEnd = (expiresAt: Date, byPolicy: Date | null): Date =>
  byPolicy !== null && byPolicy < expiresAt ? byPolicy : expiresAt;

/** But for the audit trail: a list of all the rest is no cap either. */
const EVERYTHING = RESOURCE_TYPES.filter((type) => type !== "all" && type !== "audit").flatMap((type) => [
  `read:${type}`,
  `write:${type}`,
]);

/** Whether caps leave all that there is: there are none, or they say so in whatever words. */
export const isCapless = (caps: Caps): boolean => {
  const ability = createAbility(caps);
  return EVERYTHING.every((scope) => ability.can([scope]));
};

/** What a policy leaves of a token at `now` (epoch milliseconds); null when it leaves it as it is. */
export const narrowByPolicy = (
  policy: OrganizationPolicy | null,
  { madeAt, userActor }: JudgedToken,
  now: number,
): PolicyNarrowing | null => {
  if (policy === null) return null;
  // Labels are compared to the letter: what merely looks alike is another.
  if (userActor && policy.clients && !policy.clients.includes(userActor.client)) return { rule: "clients", cap: [] };
  const end = endByPolicy(policy, madeAt);
  if (end !== null && end.getTime() <= now) return { rule: "maxTokenTtlSeconds", cap: [] };
  return userActor && narrowCap(policy, userActor);
};

const narrowCap = (
  { defaultCap, allowCaplessTokens }: OrganizationPolicy,
  { caps, isCapDefaulted }: { caps: Caps; isCapDefaulted: boolean },
): PolicyNarrowing | null => {
  const isRefused = !allowCaplessTokens && isCapless(caps);
  if (defaultCap && (isCapDefaulted || caps.length === 0 || isRefused)) return { rule: "defaultCap", cap: defaultCap };
  return isRefused ? { rule: "allowCaplessTokens", cap: [] } : null;
};

/** A token's caps, and the policy's. */
export const capsUnder = (caps: Caps, narrowing: PolicyNarrowing | null): Caps =>
  narrowing === null ? caps : [...caps, narrowing.cap];
