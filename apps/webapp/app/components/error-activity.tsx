import type { ErrorActivityItem } from "@trigger.dev/core/v3";
import { Moment } from "./moment.js";

const WHY = {
  manual: "",
  regression: "failed again",
  ignore_expired: "the time was over",
  rate_exceeded: "too many in a minute",
  count_exceeded: "too many in all",
} as const;

/** What happened to an error and who did it, the latest first. */
export function ErrorActivity({ changes }: { changes: readonly ErrorActivityItem[] }) {
  if (changes.length === 0) return <p className="empty">Nobody has changed it yet.</p>;
  return (
    <ul className="rows">
      {changes.map((change) => (
        <li key={change.id}>
          <span>
            {change.from} to {change.to}
            {change.version === null ? "" : ` in ${change.version}`}: <bdi>{whoOf(change)}</bdi>
          </span>
          <Moment at={change.at} />
        </li>
      ))}
    </ul>
  );
}

function whoOf({ reason, user, credential, client }: ErrorActivityItem): string {
  if (reason !== "manual") return WHY[reason];
  const who = user === null ? "an environment's key" : (user.name ?? user.id);
  return client === null || credential?.kind === "session" ? who : `${who}, by ${client}`;
}
