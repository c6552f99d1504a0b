import type { InvitationItem } from "@trigger.dev/core/v3";
import { AskFirst } from "./ask-first.js";
import { Facts } from "./facts.js";
import { Moment } from "./moment.js";

interface InvitationCardProps {
  invitation: InvitationItem;
  csrf: string;
  mayChange: boolean;
}

/** An invitation that nobody has accepted yet. */
export const InvitationCard = ({ invitation, csrf, mayChange }: InvitationCardProps) => (
  <li className="card">
    <div className="card-head">
      <h3>
        <bdi>{invitation.email}</bdi>
      </h3>
      <span className="badge muted">{invitation.role}</span>
    </div>
    <Facts
      facts={[
        { term: "Invited", value: <Moment at={invitation.createdAt} /> },
        { term: "Ends", value: <Moment at={invitation.expiresAt} /> },
      ]}
    />
    {mayChange ? (
      <AskFirst
        {...{ csrf, intent: "remove", id: invitation.id, name: invitation.email, verb: "Take back" }}
        consequence="It can then no longer be accepted."
      />
    ) : null}
  </li>
);
