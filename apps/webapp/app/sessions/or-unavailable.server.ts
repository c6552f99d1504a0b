import type { AppContext } from "../api/context.js";
import { toAppError } from "../api/to-app-error.js";

/**
 * What `work` answers.
 * @throws Response 503 where nobody can be let in because the RBAC plugin or the database gives no answer; the log has why
 */
export async function orUnavailable<Value>(
  { log, requestId }: Pick<AppContext, "log" | "requestId">,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof Response) throw thrown;
    const { code, status, headers } = toAppError(thrown);
    if (code !== "unavailable") throw thrown;
    log.error({ err: thrown, requestId }, "page failed");
    throw new Response(null, { status, headers });
  }
}
