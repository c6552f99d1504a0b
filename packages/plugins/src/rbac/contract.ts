import type { JwtRefusalReason } from "@trigger.dev/core/jwt";
import type { OrganizationPolicy } from "@trigger.dev/core/v3";
import type { Ability } from "./ability.js";
import type { PluginQuery, RoleManager } from "./roles.js";

/** The four environments that a path can name. A branch lives under `dev` or `preview`. */
export type EnvironmentSlug = "dev" | "staging" | "prod" | "preview";

/** What a request is about, as its route says. The lookup finds it in the same round trip as the credential. */
export type AccessTarget =
  | { kind: "none" }
  | { kind: "organization"; slug: string }
  | { kind: "project"; ref: string }
  | { kind: "environment"; ref: string; environment: EnvironmentSlug; branch?: string }
  /** The environment that the credential itself belongs to; `branch` as `x-trigger-branch` says. */
  | { kind: "credential"; branch?: string };

export interface AccessRequest {
  target: AccessTarget;
}

export interface User {
  id: string;
  email: string;
  name: string | null;
}

export interface Organization {
  id: string;
  slug: string;
  title: string;
  /** What it asks of the tokens that are used in it; the host enforces it. Null: nothing. */
  policy: OrganizationPolicy | null;
  createdAt: Date;
}

/** How an organization's policy narrows a token that is used in it. */
export interface PolicyNarrowing {
  rule: "maxTokenTtlSeconds" | "defaultCap" | "allowCaplessTokens" | "clients";
  /** What the policy leaves of the token, which is one of its caps; empty for nothing at all. */
  cap: readonly string[];
}

export interface Project {
  id: string;
  ref: string;
  slug: string;
  name: string;
  createdAt: Date;
}

export interface Environment {
  id: string;
  type: "DEVELOPMENT" | "STAGING" | "PREVIEW" | "PRODUCTION";
  slug: EnvironmentSlug;
  /** Null for a root environment. */
  branch: string | null;
  /** Null for a root environment. A branch uses its parent's keys. */
  parentId: string | null;
  /** Whose dev environment it is; null for the shared ones. */
  ownerUserId: string | null;
}

export interface Membership {
  role: string;
  /** Whole seconds; whatever was issued before it is dead. */
  since: Date;
}

/** The part of the target that this caller can see. */
export interface Place {
  organization: Organization;
  membership: Membership;
  project: Project | null;
  environment: Environment | null;
}

/** Which part of the target is not there, or not for this caller: the two are told apart by nobody. */
export type MissingTarget = "organization" | "project" | "environment" | "branch";

/** The person behind a token, and the ledger ids it came through. */
export interface Actor {
  userId: string;
  client: string | null;
  patId: string;
  uatId: string | null;
}

export type UserCredential =
  | {
      kind: "pat";
      id: string;
      expiresAt: Date | null;
      maxRole: string | null;
      /** False when no organization of the person has a policy for tokens; for the host, which then asks for none. */
      isUnderPolicy?: boolean;
    }
  | {
      kind: "uat";
      id: string;
      parentId: string;
      parentExpiresAt: Date | null;
      client: string;
      expiresAt: Date;
      maxRole: string | null;
    }
  | { kind: "session"; id: string };

export type EnvironmentCredential =
  | { kind: "environmentKey"; id: string }
  /**
   * `act` is null for a token that the environment's key signed: nobody vouches for a person behind it. `maxRole` is that
   * of the personal access token in `act`.
   */
  | { kind: "environmentJwt"; act: Actor | null; expiresAt: Date; maxRole: string | null };

/** A verified credential of a person, before anything is said of what it may do. */
export interface UserEvidence {
  user: User;
  credential: UserCredential;
  /** What the token itself is narrowed to, each list a cap of its own; an absent cap is not in here. */
  caps: readonly (readonly string[])[];
  /** What the organization's policy does to the token, else null. */
  narrowing: PolicyNarrowing | null;
  /** Null when the target is `none` or not visible. */
  place: Place | null;
  missing: MissingTarget | null;
  /** What `roleFunction` answered, else null. */
  role: unknown;
}

/** A verified credential of one environment. */
export interface EnvironmentEvidence {
  credential: EnvironmentCredential;
  /** Null for the environment's own key and what it signed. */
  user: User | null;
  caps: readonly (readonly string[])[];
  narrowing: PolicyNarrowing | null;
  /** The person's, in the organization; null where nobody vouches for one. */
  membership: Membership | null;
  organization: Organization;
  project: Project;
  environment: Environment;
  /** Set when the request names a branch that is not there, or not this credential's. */
  missing: "branch" | null;
  role: unknown;
}

/** Why a credential was refused. For the log; a caller is never told. */
export type RefusalReason =
  | JwtRefusalReason
  | "checksum"
  | "unknown"
  | "revoked"
  | "parent_revoked"
  | "parent_expired"
  | "not_a_member"
  | "forged_actor"
  | "refused_by_plugin";

/** Whose a refused credential was, as far as the host knows it. For the audit trail; a caller is never told. */
export interface RefusedCredential {
  kind: "pat" | "uat" | "environmentKey" | "environmentJwt";
  id?: string;
  /** What it was made from. */
  parentId?: string;
  /** What its maker called its holder; nobody has verified it. */
  client?: string;
  userId?: string;
  organizationId?: string;
}

/** `credential` is there where its ledger knows it: it was good once. */
export interface Refusal {
  ok: false;
  reason: RefusalReason;
  credential?: RefusedCredential;
}

export type Resolved<Evidence> = { ok: true; evidence: Evidence } | Refusal;

/** Evidence, and what it may do. */
export type UserAuthentication = UserEvidence & {
  /** What it may do with the target. Of a project: with the project itself and what belongs to none of its environments. */
  ability: Ability;
  /** What it may do in an environment of this type, of the project in `place`. The host asks it of a project's routes. */
  abilityIn(type: Environment["type"]): Ability;
};
export type EnvironmentAuthentication = EnvironmentEvidence & { ability: Ability };

export type AuthenticationResult<Authentication> = { ok: true; authentication: Authentication } | Refusal;

export type UserAuthResult = AuthenticationResult<UserAuthentication>;
export type UserActorAuthResult = AuthenticationResult<UserAuthentication>;
export type EnvironmentAuthResult = AuthenticationResult<EnvironmentAuthentication>;

export interface LookupOptions {
  /**
   * A SQL function `schema.name(user_id text, organization_id text, project_id text, environment_type text, pat_id text)
   * returns jsonb`, called inside the one statement that looks a credential up; its answer is `evidence.role`.
   * The last three arguments can be null. It may return `SETOF jsonb`, of one row at most: none is null.
   */
  roleFunction?: string;
}

/** The host's verified lookups. Each refuses whatever is not live, in one SQL round trip at most. */
export interface CredentialResolvers {
  personalAccessToken(token: string, request: AccessRequest, options?: LookupOptions): Promise<Resolved<UserEvidence>>;
  userActor(token: string, request: AccessRequest, options?: LookupOptions): Promise<Resolved<UserEvidence>>;
  session(secret: string, request: AccessRequest, options?: LookupOptions): Promise<Resolved<UserEvidence>>;
  /** Environment keys and environment JWTs of both makes. */
  bearer(token: string, request: AccessRequest, options?: LookupOptions): Promise<Resolved<EnvironmentEvidence>>;
}

export interface PluginLog {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

export interface RbacPluginConfig {
  credentials: CredentialResolvers;
  query: PluginQuery;
  log: PluginLog;
}

/** What the host asks on every request. Every method answers what the credential may do now, never from a cache. */
export interface RbacController {
  readonly name: string;
  authenticatePersonalAccessToken(token: string, request: AccessRequest): Promise<UserAuthResult>;
  /** A user-actor token: the person, narrowed by its cap. */
  authenticateUserActor(token: string, request: AccessRequest): Promise<UserActorAuthResult>;
  authenticateSession(secret: string, request: AccessRequest): Promise<UserAuthResult>;
  authenticateBearer(token: string, request: AccessRequest): Promise<EnvironmentAuthResult>;
  /** The roles that can be managed. Absent, as in the fallback: the host answers 501 to whoever asks for them. */
  readonly roles?: RoleManager | undefined;
  close?(): Promise<void>;
}

/** What a module named by `RBAC_PLUGIN` exports as its default. */
export interface RbacPlugin {
  create(config: RbacPluginConfig): RbacController | Promise<RbacController>;
}
