import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import { signSelfEnvironmentJwt } from "@trigger.dev/rbac";
import type { AppContext } from "../api/context.js";
import { environmentKeyOf } from "./get-environment.server.js";

/** A task process may be kept alive for the runs of many days. */
const LIFETIME_SECONDS = 30 * 86_400;
const HEADERS = "OTEL_EXPORTER_OTLP_HEADERS";

/**
 * What makes a task process send its telemetry here. It keeps the headers that it began with, also when it is kept alive
 * for other runs, so the token is its worker's: no run has this id, and telemetry of the runs that the worker executes is
 * all that it opens. Headers of the environment's own stay; one of them that is a credential is left alone, and then
 * nothing of the run is kept.
 */
export async function telemetryVariables(
  context: AppContext,
  caller: EnvironmentAuthentication,
  { workerId, variables }: { workerId: string; variables: Readonly<Record<string, string>> },
): Promise<Record<string, string>> {
  const iat = Math.floor(Date.now() / 1000);
  const token = await signSelfEnvironmentJwt(await environmentKeyOf(context, caller.environment, caller), {
    sub: caller.environment.id,
    scopes: [`write:runs:${workerId}`],
    iat,
    exp: iat + LIFETIME_SECONDS,
  });
  const own = variables[HEADERS];
  const ours = `authorization=Bearer%20${token}`;
  return {
    TRIGGER_OTEL_EXPORTER_OTLP_ENDPOINT: `${context.config.appOrigin}/otel`,
    ...(own !== undefined && /authorization\s*=/i.test(own) ? {} : { [HEADERS]: own ? `${own},${ours}` : ours }),
  };
}
