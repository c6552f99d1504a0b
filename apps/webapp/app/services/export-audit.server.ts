import type { ListAuditQuery } from "@trigger.dev/core/v3";
import type { Organization, UserAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { readEvents } from "./audit-query.server.js";
import { auditCredential, auditValues } from "./audit.server.js";

const AT_ONCE = 500;

/**
 * Everything that a query finds, one JSON object a line, newest first. Reads on only as fast as the client takes it,
 * so that memory holds a few hundred events however long the trail is. The export is an event itself.
 * @param input.recheck throws once the credential may not read any more: an export breaks off there
 */
export function exportAudit(
  context: AppContext,
  caller: UserAuthentication,
  input: { organization: Organization; query: ListAuditQuery; recheck: () => Promise<void> },
): ReadableStream<Uint8Array> {
  const { organization, query, recheck } = input;
  const encoder = new TextEncoder();
  let before: string | null = null;
  context.auditLater.add(
    auditValues(context, {
      action: "audit.export",
      outcome: "allowed",
      organizationId: organization.id,
      userId: caller.user.id,
      credential: auditCredential(caller),
      target: organization.id,
    }),
  );
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (context.stopping.aborted) return controller.error(new Error("the server is stopping"));
      if (before !== null) await recheck();
      const found = await readEvents(context.pool, organization.id, { query, before, limit: AT_ONCE });
      before = found.at(-1)?.seq ?? before;
      if (found.length > 0) {
        controller.enqueue(encoder.encode(found.map(({ event }) => `${JSON.stringify(event)}\n`).join("")));
      }
      if (found.length < AT_ONCE) controller.close();
    },
  });
}
