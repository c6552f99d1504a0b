import type { ErrorGroupListItem } from "@trigger.dev/core/v3";
import { ErrorStatus } from "./error-status.js";
import { Facts } from "./facts.js";
import { HourBars } from "./hour-bars.js";
import { Moment } from "./moment.js";

/** An error in a list. Its message was written by whoever made the run fail: shown as text, whichever way it runs. */
export const ErrorCard = ({ error, href }: { error: ErrorGroupListItem; href: string }) => (
  <li className="card">
    <div className="card-head">
      <h3>
        <a href={href}>
          <bdi>{error.errorType}</bdi>
        </a>
      </h3>
      <ErrorStatus status={error.status} />
    </div>
    <p>
      <bdi>{error.errorMessage.slice(0, 300)}</bdi>
    </p>
    <Facts
      facts={[
        { term: "Task", value: <bdi>{error.taskIdentifier}</bdi> },
        { term: "Count", value: error.count },
        { term: "Last seen", value: <Moment at={error.lastSeen} /> },
        { term: "Last 24 hours", value: <HourBars counts={error.hourly ?? []} /> },
      ]}
    />
  </li>
);
