import { createAbility, type Organization } from "@trigger.dev/plugins/rbac";
import { isUser, type Caller } from "./authenticate.js";
import { AppError } from "./errors.js";

const organizationOf = (caller: Caller): Organization | undefined =>
  isUser(caller) ? caller.place?.organization : caller.organization;

/** Which policy it is, and what it does to this token. */
function sentence({ slug, policy }: Organization, { rule, cap }: NonNullable<Caller["narrowing"]>): string {
  const subject = `The policy of the organization ${slug}`;
  switch (rule) {
    case "clients":
      return `${subject} (clients) does not let user-actor tokens with this client label in.`;
    case "maxTokenTtlSeconds":
      return `${subject} (maxTokenTtlSeconds) ends a token ${policy?.maxTokenTtlSeconds ?? 0} seconds after it was made, and this one is older.`;
    case "allowCaplessTokens":
      return `${subject} (allowCaplessTokens) does not let user-actor tokens in that are not narrowed by a cap.`;
    case "defaultCap":
      return `${subject} (defaultCap) leaves a user-actor token without a cap of its own only ${cap.join(", ")}.`;
  }
}

/**
 * Passes unless the organization's policy leaves nothing of the caller's token there.
 * @throws AppError 403 naming the policy
 */
export function requireLetIn(caller: Caller): void {
  const organization = organizationOf(caller);
  if (caller.narrowing?.cap.length === 0 && organization) {
    throw new AppError("refused_by_policy", sentence(organization, caller.narrowing));
  }
}

/** A refusal for want of a scope that names the policy as well, where it is the policy that leaves the scope out. */
export function namePolicy(thrown: unknown, caller: Caller): unknown {
  const organization = organizationOf(caller);
  if (!(thrown instanceof AppError) || !caller.narrowing || !organization) return thrown;
  if (thrown.code !== "insufficient_scope" && thrown.code !== "invalid_scope") return thrown;
  const wanted = thrown.details.scopes ?? thrown.details.deniedScopes ?? [];
  if (createAbility([caller.narrowing.cap]).can(wanted)) return thrown;
  const { message, code, details, headers } = thrown;
  return new AppError(code, `${message} ${sentence(organization, caller.narrowing)}`, { ...details, headers });
}
