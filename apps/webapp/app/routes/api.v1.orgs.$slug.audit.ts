import { ListAuditResponse, ListAuditSearchParams, toListAuditQuery } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { Reply } from "../api/json-response.js";
import { exportAudit } from "../services/export-audit.server.js";
import { listAudit } from "../services/list-audit.server.js";

const JSON_LINES = "application/x-ndjson";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Read an organization's audit trail",
    description:
      "Newest first. With `format=jsonl`, or `Accept: application/x-ndjson`, everything that the filters find is " +
      "streamed, one event a line. What people do with their own tokens is in the trail of each of their organizations.",
    tag: "Organizations",
    audit: "audit.read",
    credentials: ["pat", "uat"],
    target: "organization",
    permission: scopes("read:audit"),
    query: ListAuditSearchParams,
    answers: { 200: { description: "A page of events, or all of them as JSON lines", schema: ListAuditResponse } },
    handler: async ({ context, caller, request, recheck, place: { organization }, query: checked }) => {
      const query = toListAuditQuery(checked);
      const wantsLines = request.headers.get("accept")?.includes(JSON_LINES) && checked.format !== "json";
      if (checked.format !== "jsonl" && !wantsLines) return listAudit(context, organization, query);
      return new Reply(exportAudit(context, caller, { organization, query, recheck }), {
        headers: { "content-type": `${JSON_LINES}; charset=utf-8` },
      });
    },
  }),
});
