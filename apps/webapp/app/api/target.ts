import type { AccessTarget, EnvironmentSlug } from "@trigger.dev/plugins/rbac";
import { isUser, type Caller } from "./authenticate.js";
import type { CredentialKind } from "./bearer-credential.js";
import type { Endpoint, Params, PlaceOf, TargetKind } from "./endpoint.js";
import { AppError, notFound } from "./errors.js";

const SLUGS: readonly string[] = ["dev", "staging", "prod", "preview"] satisfies EnvironmentSlug[];
const isSlug = (text: string | undefined): text is EnvironmentSlug => text !== undefined && SLUGS.includes(text);

/** Of refs, slugs and ids in paths; anything else cannot exist. */
const IDENTIFIER = /^[A-Za-z0-9][\w.-]{0,127}$/;
/** Wider than any branch can be, so that the exact answer is the database's: printable ASCII. */
const BRANCH = /^[!-~]{1,255}$/;

export interface RequestedPlace {
  kind: TargetKind;
  params: Params;
  branch: string | undefined;
}

/** Reads the target of a request from its path and `x-trigger-branch`. */
export function requestedPlace(endpoint: Endpoint, request: Request, params: Params): RequestedPlace {
  return { kind: endpoint.target, params, branch: request.headers.get("x-trigger-branch")?.trim() || undefined };
}

const withBranch = (branch: string | undefined) => (branch !== undefined && BRANCH.test(branch) ? { branch } : {});

/**
 * What to look up together with the credential. Never holds text that cannot be an identifier, so that nothing
 * hostile reaches the database; `placeFor` answers those with the same 404.
 */
export function lookupFor(kind: CredentialKind, { kind: target, params, branch }: RequestedPlace): AccessTarget {
  if (kind === "environmentKey" || kind === "environmentJwt") return { kind: "credential", ...withBranch(branch) };
  const { slug, ref, env } = params;
  if (target === "organization" && slug !== undefined && IDENTIFIER.test(slug)) return { kind: "organization", slug };
  if (ref === undefined || !IDENTIFIER.test(ref)) return { kind: "none" };
  if (target === "project") return { kind: "project", ref };
  if (target !== "environment") return { kind: "none" };
  return isSlug(env) ? { kind: "environment", ref, environment: env, ...withBranch(branch) } : { kind: "project", ref };
}

const LABEL = {
  organization: "Organization",
  project: "Project",
  environment: "Environment",
  branch: "Branch",
} as const;

function checkBranch(endpoint: Endpoint, slug: EnvironmentSlug, branch: string | undefined) {
  if (branch !== undefined && slug !== "preview" && slug !== "dev") {
    throw new AppError(
      "bad_request",
      `The ${slug} environment has no branches. Leave the x-trigger-branch header out.`,
    );
  }
  if (branch === undefined && slug === "preview" && endpoint.requireBranch) {
    throw new AppError("bad_request", "A preview environment is a branch: name it in the x-trigger-branch header.");
  }
}

/**
 * The part of the target that the caller sees.
 * @throws AppError 404 for what is not there or not the caller's, 400 for a branch where there can be none
 */
export function placeFor(endpoint: Endpoint, caller: Caller, requested: RequestedPlace): PlaceOf<TargetKind> {
  if (requested.kind === "none") return null;
  return isUser(caller) ? userPlace(endpoint, caller, requested) : environmentPlace(endpoint, caller, requested);
}

function userPlace(
  endpoint: Endpoint,
  { place, missing }: Extract<Caller, { place: unknown }>,
  { kind, params, branch }: RequestedPlace,
): PlaceOf<TargetKind> {
  if (kind === "organization") {
    if (place === null) throw notFound(LABEL.organization);
    return { organization: place.organization };
  }
  if (place?.project == null) throw notFound(LABEL.project);
  const { organization, project, environment } = place;
  if (kind === "project") return { organization, project };
  if (!isSlug(params["env"])) throw notFound(LABEL.environment);
  checkBranch(endpoint, params["env"], branch);
  if (missing !== null) throw notFound(LABEL[missing]);
  if (environment === null || (environment.branch ?? undefined) !== branch) throw notFound(LABEL.branch);
  return { organization, project, environment };
}

function environmentPlace(
  endpoint: Endpoint,
  { organization, project, environment, missing }: Extract<Caller, { environment: unknown }>,
  { kind, params, branch }: RequestedPlace,
): PlaceOf<TargetKind> {
  const { ref, env, slug } = params;
  if (kind === "organization") {
    if (organization.slug !== slug) throw notFound(LABEL.organization);
    return { organization };
  }
  if (kind !== "credential" && project.ref !== ref) throw notFound(LABEL.project);
  if (kind === "environment" && environment.slug !== env) throw notFound(LABEL.environment);
  checkBranch(endpoint, environment.slug, branch ?? environment.branch ?? undefined);
  if (missing !== null) throw notFound(LABEL[missing]);
  if (branch !== undefined && environment.branch !== branch) throw notFound(LABEL.branch);
  return { organization, project, environment };
}
