import * as z from "zod";
import { commaList, DEFAULT_PAGE_SIZE, instant, pageSize } from "./filter-values.js";
import { IsoDate, label } from "./text.js";

/** How a request ended. */
export const AuditOutcome = z.enum(["allowed", "refused"]);
export type AuditOutcome = z.infer<typeof AuditOutcome>;

/** One event of an organization's audit trail. */
export const AuditEvent = z.object({
  id: z.string(),
  at: IsoDate,
  action: z.string().describe("What was done or asked for, such as `uat.mint`, `token.exchange` or `member.set-role`."),
  outcome: AuditOutcome,
  reason: z.string().nullable().describe("Why it was refused, a stable word; null when it was allowed."),
  actor: z
    .object({ id: z.string(), email: z.string().nullable().describe("As it is now; null once the account is gone.") })
    .nullable()
    .describe("The person; null for the operator, an environment's key, and whoever could not be told."),
  credential: z
    .object({
      kind: z.string().describe("`pat`, `uat`, `environmentKey`, `environmentJwt`, `session`, `operator`, …"),
      id: z.string().nullable(),
      parentId: z.string().nullable().describe("The token that it was minted or exchanged from."),
      client: z.string().nullable().describe("What the token's maker called its holder."),
      clientVerified: z.literal(false).describe("Nobody has verified the label."),
    })
    .nullable(),
  target: z.string().nullable().describe("Id of what it was done to; of a refused request its method and route."),
  address: z.string().nullable(),
  requestId: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()).nullable(),
});
export type AuditEvent = z.infer<typeof AuditEvent>;

/** Answer of `GET /api/v1/orgs/:slug/audit`. */
export const ListAuditResponse = z.object({
  data: z.array(AuditEvent),
  pagination: z.object({ next: z.string().optional().describe("What `page[after]` of the next page is.") }),
});
export type ListAuditResponse = z.infer<typeof ListAuditResponse>;

const Id = label(128);

/** The query of an audit trail, by the names it has in a URL. */
export const ListAuditSearchParams = z
  .object({
    "filter[actor]": label(254).optional().describe("A person's id or email address."),
    "filter[credential]": Id.optional().describe("A token's id: what it did, and what was made from it did."),
    "filter[action]": commaList(label(64)).optional().describe("With commas between: `uat.mint,pat.create`."),
    "filter[outcome]": AuditOutcome.optional(),
    "filter[requestId]": Id.optional(),
    "filter[from]": instant.optional().describe("ISO 8601 or epoch milliseconds."),
    "filter[to]": instant.optional().describe("ISO 8601 or epoch milliseconds; before this."),
    format: z.enum(["json", "jsonl"]).optional().describe("`jsonl`: all of it, one event a line."),
    "page[size]": pageSize.optional(),
    "page[after]": z.string().min(1).max(1024).optional(),
  })
  .superRefine((query, context) => {
    const { "filter[from]": from, "filter[to]": to } = query;
    if (!from || !to || from <= to) return;
    context.addIssue({ code: "custom", path: ["filter[to]"], message: "must not be before filter[from]" });
  });

/** An audit query in the words of a program. */
export interface ListAuditQuery {
  actor: string | undefined;
  credential: string | undefined;
  actions: string[] | undefined;
  outcome: AuditOutcome | undefined;
  requestId: string | undefined;
  from: Date | undefined;
  to: Date | undefined;
  page: { size: number; after: string | undefined };
}

/** A checked query in the words of a program. */
export function toListAuditQuery(checked: z.output<typeof ListAuditSearchParams>): ListAuditQuery {
  const size = checked["page[size]"];
  return {
    actor: checked["filter[actor]"],
    credential: checked["filter[credential]"],
    actions: checked["filter[action]"],
    outcome: checked["filter[outcome]"],
    requestId: checked["filter[requestId]"],
    from: checked["filter[from]"],
    to: checked["filter[to]"],
    page: { size: size === undefined ? DEFAULT_PAGE_SIZE : Number(size), after: checked["page[after]"] },
  };
}
