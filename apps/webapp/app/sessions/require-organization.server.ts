import type { Organization, UserAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { orUnavailable } from "./or-unavailable.server.js";
import { requireUser, type SignedIn } from "./session.server.js";

/** Whoever is signed in, at an organization of theirs. */
export interface SignedInTo extends SignedIn {
  organization: Organization;
  /** On whose word things change. */
  caller: UserAuthentication;
  /** Whether their role allows it there. */
  may(scope: string): boolean;
}

const SLUG = /^[a-z0-9-]{1,63}$/;

/**
 * Who is signed in, and the organization that the address names.
 * @throws Response 404 for one that is not there, and alike for one they are not in or may not do `scope` in; 503
 */
export async function requireOrganization(
  request: Request,
  context: AppContext,
  { slug = "", scope }: { slug: string | undefined; scope: string },
): Promise<SignedInTo> {
  const session = await requireUser(request, context);
  if (!SLUG.test(slug)) throw new Response(null, { status: 404 });
  return orUnavailable(context, async () => {
    const found = await context.rbac.authenticateSession(session.binding, { target: { kind: "organization", slug } });
    if (!found.ok || found.authentication.place === null) throw new Response(null, { status: 404 });
    const caller = found.authentication;
    const may = (wanted: string): boolean => caller.ability.can([wanted]);
    if (!may(scope)) throw new Response(null, { status: 404 });
    return { ...session, organization: found.authentication.place.organization, caller, may };
  });
}
