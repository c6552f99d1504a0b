import type { AuditEvent } from "@trigger.dev/core/v3";
import { type OrganizationOptions, withOrganization } from "../organization-session.js";
import { printTable } from "../print-table.js";
import { jsonLine } from "../terminal-text.js";

export interface ListAuditOptions extends OrganizationOptions {
  actor?: string;
  credential?: string;
  action?: string;
  outcome?: string;
  requestId?: string;
  from?: string;
  to?: string;
  limit: string;
  export?: string;
}

const MOST_ON_A_PAGE = "100";

const given = (name: string, value: string | undefined) => (value === undefined ? {} : { [name]: value });

/** Prints an organization's audit trail, the newest event first; with `--export` all of it, one JSON object a line. */
export function listAudit(options: ListAuditOptions): Promise<void> {
  return withOrganization(options, async ({ client, terminal, org }) => {
    const filters = {
      ...given("filter[actor]", options.actor),
      ...given("filter[credential]", options.credential),
      ...given("filter[action]", options.action),
      ...given("filter[outcome]", options.outcome),
      ...given("filter[requestId]", options.requestId),
      ...given("filter[from]", options.from),
      ...given("filter[to]", options.to),
    };
    if (options.export !== undefined) {
      let after: string | undefined;
      do {
        const query = { ...filters, "page[size]": MOST_ON_A_PAGE, ...given("page[after]", after) };
        const { data, pagination } = await client.listAudit(org, query);
        for (const event of data) terminal.result(jsonLine(event));
        after = pagination.next;
      } while (after !== undefined);
      return;
    }
    const { data: events } = await client.listAudit(org, { ...filters, "page[size]": options.limit });
    if (options.json) return terminal.result(jsonLine(events));
    if (events.length === 0) terminal.note("There is no such event.");
    const head = ["Time", "Action", "Outcome", "Who", "Through", "Client (unverified)", "Address", "Target"];
    await printTable(terminal, head, events.map(rowOf));
  });
}

const rowOf = ({ at, action, outcome, reason, actor, credential, address, target }: AuditEvent): string[] => [
  at,
  action,
  reason === null ? outcome : `${outcome}: ${reason}`,
  actor?.email ?? actor?.id ?? "",
  [credential?.kind, credential?.id ?? credential?.parentId].filter((part) => part != null).join(" "),
  credential?.client ?? "",
  address ?? "",
  target ?? "",
];
