import type * as z from "zod";
import type { ListAuditSearchParams } from "../schemas/audit.js";
import { pathSegment } from "./path-segment.js";
import { requestJson, type RequestSettings } from "./request.js";

const lazyList = async () => (await import("../schemas/audit.js")).ListAuditResponse;

/** `filter[…]` and `page[…]` of an audit trail, as they stand in a URL. */
export type ListAuditParameters = Omit<z.input<typeof ListAuditSearchParams>, "format">;

/** What was done in an organization. */
export function auditMethods(settings: RequestSettings) {
  return {
    /** A page of an organization's audit trail, newest first. */
    listAudit: (slug: string, query: ListAuditParameters = {}) =>
      requestJson(settings, { method: "GET", path: `/api/v1/orgs/${pathSegment(slug)}/audit`, query }, lazyList),
  };
}
