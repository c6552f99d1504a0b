import type {
  EnvironmentAuthentication,
  Environment,
  EnvironmentSlug,
  Organization,
  Project,
  UserAuthentication,
} from "@trigger.dev/plugins/rbac";
import type { ZodType, input, output } from "zod";
import type { CredentialKind } from "./bearer-credential.js";
import type { AppContext } from "./context.js";
import type { BodyOptions } from "./read-body.js";

/** What the route is about. The names of path parameters are fixed: `:slug`, `:ref`, `:env`. */
export type TargetKind = "none" | "organization" | "project" | "environment" | "credential";

interface Places {
  none: null;
  organization: { organization: Organization };
  project: { organization: Organization; project: Project };
  environment: { organization: Organization; project: Project; environment: Environment };
  /** The environment that the credential belongs to. */
  credential: { organization: Organization; project: Project; environment: Environment };
}

export type PlaceOf<T extends TargetKind> = Places[T];

export type CallerOf<K extends CredentialKind> = K extends "pat" | "uat"
  ? UserAuthentication
  : EnvironmentAuthentication;

export type Params = Record<string, string>;

/** What a route needs beyond a live credential. */
export type Permission =
  /** Nothing more; `because` goes into the docs. */
  | { kind: "open"; because: string }
  /** Any one of these, known from the path alone: refused before the body is read. */
  | { kind: "scopes"; documented: string; anyOf: (params: Params) => string[] }
  /** Depends on what is asked for; the handler checks it with `requireScope`. Who may do none of `someOf` is refused before the body is read. */
  | { kind: "checked"; documented: string; someOf: readonly string[] };

export const open = (because: string): Permission => ({ kind: "open", because });
export const scopes = (...anyOf: string[]): Permission => ({
  kind: "scopes",
  documented: anyOf.join(" or "),
  anyOf: () => anyOf,
});
export const scopesOf = (documented: string, anyOf: (params: Params) => string[]): Permission => ({
  kind: "scopes",
  documented,
  anyOf,
});
export const checked = (documented: string, { someOf = [] }: { someOf?: readonly string[] } = {}): Permission => ({
  kind: "checked",
  documented,
  someOf,
});

export interface Answer {
  description: string;
  schema?: ZodType;
}

export interface HandlerInput<K extends CredentialKind, T extends TargetKind, Query, Body> {
  request: Request;
  context: AppContext;
  params: Params;
  query: Query;
  body: Body;
  caller: [K] extends [never] ? null : CallerOf<K>;
  place: PlaceOf<T>;
  /** For what takes long: authenticates and authorizes anew. @throws AppError as at the door */
  recheck(): Promise<void>;
}

export interface EndpointSpec<
  K extends CredentialKind,
  T extends TargetKind,
  Query extends ZodType,
  Body extends ZodType,
> {
  summary: string;
  description?: string;
  /** Heading in the API reference. */
  tag: string;
  /** What the audit trail calls it, as `noun.verb`; `request` unless said. */
  audit?: string;
  /** Empty: anybody. */
  credentials: readonly K[];
  target: T;
  permission: Permission;
  /**
   * Of a route about a project: the environments that its scopes are needed in, one of them at least. A role can allow in
   * one what it does not in another, and `ability` is about the project itself; the handler picks with `requireScopeIn`.
   */
  within?: readonly EnvironmentSlug[];
  /** Refuses a preview environment without `x-trigger-branch`. */
  requireBranch?: boolean;
  /** Answers 501 where the RBAC plugin manages no roles, or there is none. */
  requireRoles?: boolean;
  query?: Query;
  body?: Body;
  /** A body that works, for the API reference. */
  example?: input<Body>;
  /** Bytes; 1 MiB unless said. */
  bodyLimit?: number;
  /** Takes the JSON under `text/plain` as well: published clients send it so to some routes. */
  plainText?: boolean;
  /** The body is text of any type, handed over as it is; `description` says of what form. */
  text?: boolean;
  /** What a one-time token (`otu`) is spent on: any change, unless the handler sees to it, or the change prepares one. */
  oneTimeTokens?: "handler" | "free";
  /** Reads the body, where neither JSON nor text will do. */
  readBody?: (request: Request, options: BodyOptions) => Promise<unknown>;
  /** Browsers of any origin may call it with a bearer token. */
  cors?: boolean;
  answers: Record<number, Answer>;
  /** Answers the body of a 200, or a `Reply`. */
  handler(input: HandlerInput<K, T, output<Query>, output<Body>>): Promise<unknown>;
}

/** An endpoint with its types folded away, for the dispatcher, the docs and the tests. */
export interface Endpoint extends Omit<EndpointSpec<CredentialKind, TargetKind, ZodType, ZodType>, "handler"> {
  invoke(input: {
    request: Request;
    context: AppContext;
    params: Params;
    query: unknown;
    body: unknown;
    caller: UserAuthentication | EnvironmentAuthentication | null;
    place: PlaceOf<TargetKind>;
    recheck(): Promise<void>;
  }): Promise<unknown>;
}

/** Declares one method of a route: whom it lets in, what it needs, takes and answers. */
export function endpoint<
  const K extends CredentialKind,
  const T extends TargetKind,
  Query extends ZodType,
  Body extends ZodType,
>(spec: EndpointSpec<K, T, Query, Body>): Endpoint {
  const { handler, ...rest } = spec;
  // The dispatcher hands over exactly what `spec` declared, which the compiler cannot follow through the table of routes.
  return { ...rest, invoke: handler as unknown as Endpoint["invoke"] };
}
