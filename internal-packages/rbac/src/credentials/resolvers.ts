import type { CredentialResolvers } from "@trigger.dev/plugins/rbac";
import { createBearerResolver } from "./bearer.js";
import type { ResolverContext } from "./context.js";
import { createPersonalAccessTokenResolver } from "./personal-access-token.js";
import { createSessionResolver } from "./session.js";
import { createUserActorResolver } from "./user-actor.js";

/** The host's verified lookups: each refuses locally what it can, and asks the database once for the rest. */
export const createCredentialResolvers = (context: ResolverContext): CredentialResolvers => ({
  personalAccessToken: createPersonalAccessTokenResolver(context),
  userActor: createUserActorResolver(context),
  session: createSessionResolver(context),
  bearer: createBearerResolver(context),
});
