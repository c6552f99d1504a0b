import { EnvironmentSlug } from "@trigger.dev/core/v3";
import type { Environment, Organization, Project } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { AppError } from "../api/errors.js";
import { orUnavailable } from "./or-unavailable.server.js";
import { requireUser, type SignedIn } from "./session.server.js";

/** Whoever is signed in, at an environment that they can see. */
export interface SignedInAt extends SignedIn {
  organization: Organization;
  project: Project;
  environment: Environment;
  /** Whether their role allows it there. */
  may(scope: string): boolean;
}

/** What a preview is of, an address of these pages does not say. */
const WITHOUT_BRANCHES = EnvironmentSlug.exclude(["preview"]);
const REF = /^proj_[a-z0-9]{1,64}$/;

/**
 * Who is signed in, and the environment that the address names.
 * @throws Response 404 for one that is not there, and alike for one they cannot see or may not do `scope` in; 503
 */
export async function requireEnvironment(
  request: Request,
  context: AppContext,
  { ref = "", env, scope }: { ref: string | undefined; env: string | undefined; scope: string },
): Promise<SignedInAt> {
  const session = await requireUser(request, context);
  const environment = WITHOUT_BRANCHES.safeParse(env);
  if (!REF.test(ref) || !environment.success) throw new Response(null, { status: 404 });
  return orUnavailable(context, async () => {
    const found = await context.rbac.authenticateSession(session.binding, {
      target: { kind: "environment", ref, environment: environment.data },
    });
    const place = found.ok ? found.authentication.place : null;
    if (!found.ok || place === null || place.project === null || place.environment === null) {
      throw new Response(null, { status: 404 });
    }
    const may = (wanted: string): boolean => found.authentication.ability.can([wanted]);
    if (!may(scope)) throw new Response(null, { status: 404 });
    const { organization, project } = place;
    return { ...session, organization, project, environment: place.environment, may };
  });
}

/** What a service refuses, as a page's answer. */
export async function orResponse<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (thrown) {
    throw thrown instanceof AppError ? new Response(null, { status: thrown.status }) : thrown;
  }
}
