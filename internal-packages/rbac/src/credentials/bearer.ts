import { parseCompactJws } from "@trigger.dev/core/jwt";
import type { CredentialResolvers } from "@trigger.dev/plugins/rbac";
import type { ResolverContext } from "./context.js";
import { createEnvironmentKeyResolver, hasEnvironmentKeyPrefix } from "./environment-key.js";
import { EXCHANGED_TYP } from "./environment-jwt-claims.js";
import { createExchangedJwtResolver } from "./exchanged-jwt.js";
import { refuse } from "./refuse.js";
import { createSelfSignedJwtResolver } from "./self-signed-jwt.js";

/** Resolves environment keys and environment JWTs of both makes, each by a verifier of its own. */
export const createBearerResolver = (context: ResolverContext): CredentialResolvers["bearer"] => {
  const environmentKey = createEnvironmentKeyResolver(context);
  const exchanged = createExchangedJwtResolver(context);
  const selfSigned = createSelfSignedJwtResolver(context);
  return async (token, request, options) => {
    if (hasEnvironmentKeyPrefix(token)) return environmentKey(token, request, options);
    if (token.startsWith("tr_")) return refuse("wrong_kind");
    const parsed = parseCompactJws(token);
    if (!parsed.ok) return parsed;
    switch (parsed.jws.header.typ) {
      case EXCHANGED_TYP:
        return exchanged(token, request, options);
      case undefined:
      case "JWT":
        return selfSigned(token, request);
      default:
        return refuse("wrong_kind");
    }
  };
};
