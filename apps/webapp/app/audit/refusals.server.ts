import { addressKey } from "../api/address-key.js";
import { type AuditBuffer, type AuditContext, type AuditEntry, auditValues } from "../services/audit.server.js";

/** Writes refusals down. What one caller is refused again and again is counted, so that no flood fills the trail. */
export interface Refusals {
  record(context: AuditContext, entry: RefusedEntry): void;
  /** Writes down what was only counted so far. */
  flush(): void;
  close(): void;
}

export type RefusedEntry = Omit<AuditEntry, "outcome"> & { reason: string };

const WINDOW_MS = 60_000;
/** Written one by one in a window; the rest of it becomes one row. */
const WRITTEN_SINGLY = 20;
const MOST_KEYS = 5_000;
/** Whatever does not fit is counted together. */
const OTHERS = "others";

interface Counted {
  since: number;
  seen: number;
  last: { context: AuditContext; entry: RefusedEntry };
}

const keyOf = ({ clientAddress }: AuditContext, entry: RefusedEntry): string => {
  const { action, reason, target, organizationId, credential } = entry;
  const who = credential?.id ?? credential?.parentId ?? addressKey(clientAddress);
  return JSON.stringify([action, reason, target, organizationId, who]);
};

export function createRefusals(later: AuditBuffer, now: () => number = Date.now): Refusals {
  const counts = new Map<string, Counted>();

  const end = (key: string, { seen, last: { context, entry } }: Counted) => {
    counts.delete(key);
    if (seen <= WRITTEN_SINGLY) return;
    const detail = { ...entry.detail, repeated: seen - WRITTEN_SINGLY };
    const summary: RefusedEntry =
      key === OTHERS
        ? { action: "request", reason: "several", detail: { repeated: detail.repeated } }
        : { ...entry, detail };
    later.add(auditValues(context, { ...summary, outcome: "refused" }));
  };
  const sweep = (before: number) => {
    for (const [key, counted] of counts) if (counted.since <= before) end(key, counted);
  };
  const timer = setInterval(() => sweep(now() - WINDOW_MS), WINDOW_MS / 4);
  timer.unref();

  return {
    record({ requestId, clientAddress, auditKey }, entry) {
      const context = { requestId, clientAddress, auditKey };
      const own = keyOf(context, entry);
      const key = counts.has(own) || counts.size < MOST_KEYS ? own : OTHERS;
      const known = counts.get(key);
      if (known && known.since <= now() - WINDOW_MS) end(key, known);
      const counted = counts.get(key) ?? { since: now(), seen: 0, last: { context, entry } };
      counted.seen += 1;
      counted.last = { context, entry };
      counts.set(key, counted);
      if (counted.seen <= WRITTEN_SINGLY) later.add(auditValues(context, { ...entry, outcome: "refused" }));
    },
    flush: () => sweep(Number.POSITIVE_INFINITY),
    close() {
      clearInterval(timer);
      sweep(Number.POSITIVE_INFINITY);
    },
  };
}
