import type { MintUserActorTokenRequestBody, OrganizationPolicy } from "@trigger.dev/core/v3";
import { isCapless } from "@trigger.dev/rbac";
import { invalidRequest } from "../api/invalid-request.js";
import type { OwnPolicy } from "./policies-of-person.server.js";

const DEFAULT_TTL_SECONDS = 3600;
const DEFAULT_CLIENT = "api";
const MOST_NAMED = 3;

/** What the instance's operator set. */
export interface InstanceTerms {
  defaultCap: readonly string[] | null;
  maxTtlSeconds: number;
  mintsPerMinute: number;
  maxMintsPerMinute: number;
}

export interface MintTerms {
  client: string;
  cap: readonly string[] | null;
  /** The minter named no cap. */
  isCapDefaulted: boolean;
  ttlSeconds: number;
  mintsPerMinute: number;
}

/** Which organizations it is: one, or a few and how many more. */
function named(policies: readonly OwnPolicy[]): string {
  const slugs = policies.slice(0, MOST_NAMED).map(({ slug }) => slug);
  const more = policies.length - slugs.length;
  return policies.length === 1
    ? `organization ${slugs[0]}`
    : `organizations ${slugs.join(", ")}${more ? ` and ${more} more` : ""}`;
}

/**
 * What a user-actor token is minted with. It is bound to no organization, so that one organization's policy must not
 * stand in the way of what is for another: only what every one of them would refuse is refused here, and the rest where
 * the token is used (docs/decisions).
 * @throws AppError 400 naming the policies
 */
export function mintTerms(
  body: MintUserActorTokenRequestBody,
  policies: readonly OwnPolicy[],
  instance: InstanceTerms,
): MintTerms {
  const everyone = (rule: (policy: OrganizationPolicy) => boolean) =>
    policies.length > 0 && policies.every(({ policy }) => policy !== null && rule(policy));
  const forbid = (path: string, what: string) =>
    invalidRequest({ path, message: `${what} by the policy of the ${named(policies)}` });

  const client = body.client ?? DEFAULT_CLIENT;
  if (everyone(({ clients }) => clients !== null && !clients.includes(client))) {
    throw forbid("body.client", `${JSON.stringify(client)} is not let in (clients)`);
  }

  const isCapDefaulted = body.cap === undefined;
  const cap = body.cap ? [...new Set(body.cap)] : (instance.defaultCap ?? commonDefaultCap(policies));
  if (
    everyone(({ allowCaplessTokens, defaultCap }) => !allowCaplessTokens && (!isCapDefaulted || defaultCap === null)) &&
    isCapless(cap ? [cap] : [])
  ) {
    throw forbid("body.cap", "must narrow the token (allowCaplessTokens)");
  }

  const { ttlSeconds, ceiling } = lifetime(body.ttlSeconds, policies, instance.maxTtlSeconds);
  if (ttlSeconds > instance.maxTtlSeconds) {
    const message = `must be at most ${instance.maxTtlSeconds}, this instance's ceiling`;
    throw invalidRequest({ path: "body.ttlSeconds", message });
  }
  if (ttlSeconds > ceiling) throw forbid("body.ttlSeconds", `must be at most ${ceiling} (maxTokenTtlSeconds),`);

  return { client, cap, isCapDefaulted, ttlSeconds, mintsPerMinute: mintsPerMinute(policies, instance) };
}

const most = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b), 0);

function lifetime(asked: number | undefined, policies: readonly OwnPolicy[], maxTtlSeconds: number) {
  const ceilings = policies.map(({ policy }) => policy?.maxTokenTtlSeconds ?? maxTtlSeconds);
  const ceiling = ceilings.length === 0 ? maxTtlSeconds : Math.min(maxTtlSeconds, most(ceilings));
  return { ttlSeconds: asked ?? Math.min(DEFAULT_TTL_SECONDS, ceiling), ceiling };
}

/** The default cap that all of them have; each narrows the token to its own where they differ. */
function commonDefaultCap(policies: readonly OwnPolicy[]): readonly string[] | null {
  const [first, ...others] = policies.map(({ policy }) => policy?.defaultCap ?? null);
  if (!first) return null;
  const wanted = [...first].sort().join("\n");
  return others.every((cap) => cap !== null && [...cap].sort().join("\n") === wanted) ? first : null;
}

/** The most generous of them, as a PAT belongs to no organization either; never over the instance's bound. */
function mintsPerMinute(policies: readonly OwnPolicy[], instance: InstanceTerms): number {
  const rates = policies.map(({ policy }) => policy?.mintsPerMinute ?? instance.mintsPerMinute);
  return Math.min(instance.maxMintsPerMinute, rates.length === 0 ? instance.mintsPerMinute : most(rates));
}
