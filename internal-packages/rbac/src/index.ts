export { createRbac, type Rbac, type RbacOptions } from "./controller.js";
export type { ResolverContext, StatementReader } from "./credentials/context.js";
export { isCapless } from "./credentials/organization-policy.js";
export { createCredentialResolvers } from "./credentials/resolvers.js";
export { sha256 } from "./credentials/sha256.js";
export {
  createEncryption,
  type Encryption,
  environmentKeyContext,
  environmentVariableContext,
  SealedTextError,
} from "./encryption.js";
export { createFallbackController } from "./fallback.js";
export {
  type ExchangedJwtGrant,
  type SelfSignedClaims,
  signEnvironmentJwt,
  signSelfEnvironmentJwt,
} from "./issue-environment-jwt.js";
export { createPluginQuery } from "./plugin-query.js";
export { RbacPluginError } from "./plugin-loader.js";
export { RbacUnavailableError } from "./rbac-unavailable-error.js";
export type { Screen } from "./screen/screen.js";
export {
  createSecrets,
  createStaticSecretSource,
  SECRET_NAMES,
  type SecretName,
  type Secrets,
  type SecretSource,
  verifyWithReload,
} from "./secrets.js";
export { createUsageRecorder, type UsageRecorder, type UsageRecorderOptions } from "./usage-recorder.js";
