import type { MemberItem } from "@trigger.dev/core/v3";
import { AskFirst } from "./ask-first.js";
import { CsrfField } from "./csrf-field.js";
import { Facts } from "./facts.js";
import { Moment } from "./moment.js";
import { RoleSelect } from "./role-select.js";

interface MemberCardProps {
  member: MemberItem;
  isYou: boolean;
  /** Whether memberships are ended on this page at all. */
  mayLeave: boolean;
  csrf: string;
  /** Those that can be given; null where roles are not managed, or not by who looks at it. */
  roles: readonly string[] | null;
}

const grantsOf = ({ grants }: MemberItem) => (
  <ul className="scopes">
    {grants.map(({ projectRef, role }) => (
      <li key={projectRef}>
        <code>
          {role} in {projectRef}
        </code>
      </li>
    ))}
  </ul>
);

/** A member, with what can be done about them. */
export const MemberCard = ({ member, isYou, mayLeave, csrf, roles }: MemberCardProps) => (
  <li className="card">
    <div className="card-head">
      <h3>
        <bdi>{member.email}</bdi> {isYou ? <span className="badge good">you</span> : null}
      </h3>
      <span className="badge muted">{member.role}</span>
    </div>
    <Facts
      facts={[
        ...(member.name === null ? [] : [{ term: "Name", value: <bdi>{member.name}</bdi> }]),
        { term: "Member since", value: <Moment at={member.since} /> },
        { term: "User id", value: <code>{member.id}</code> },
        ...(member.grants.length === 0 ? [] : [{ term: "Further roles", value: grantsOf(member) }]),
      ]}
    />
    {roles === null ? null : (
      <form method="post" className="inline">
        <CsrfField token={csrf} />
        <input type="hidden" name="id" value={member.id} />
        <RoleSelect {...{ id: `role-${member.id}`, label: "Role", of: member.email, roles, chosen: member.role }} />
        <button type="submit" name="intent" value="set-role" className="quiet">
          Change role<span className="hidden"> of {member.email}</span>
        </button>
      </form>
    )}
    {roles === null && !(isYou && mayLeave) ? null : (
      <AskFirst
        {...{ csrf, intent: "remove", id: member.id, name: member.email, verb: isYou ? "Leave" : "Remove" }}
        consequence="Every token, key and dev environment that comes from this membership ends with it, and stays dead."
      />
    )}
  </li>
);
