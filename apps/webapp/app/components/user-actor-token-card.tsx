import { AskFirst } from "./ask-first.js";
import { Claimed } from "./claimed.js";
import { Facts } from "./facts.js";
import { Moment } from "./moment.js";

export interface UserActorTokenView {
  id: string;
  client: string;
  /** Null: it is narrowed by nothing. */
  cap: string[] | null;
  parentName: string;
  createdAt: string;
  expiresAt: string;
  lastUsedAt: string | null;
}

const Cap = ({ cap }: { cap: string[] | null }) =>
  cap === null ? (
    <span className="badge warn">everything you may do</span>
  ) : (
    <ul className="scopes">
      {cap.map((scope) => (
        <li key={scope}>
          <code>{scope}</code>
        </li>
      ))}
    </ul>
  );

export const UserActorTokenCard = ({ token, csrf }: { token: UserActorTokenView; csrf: string }) => (
  <li className="card">
    <div className="card-head">
      <h3>
        <Claimed label={token.client} />
      </h3>
    </div>
    <Facts
      facts={[
        { term: "May do", value: <Cap cap={token.cap} /> },
        { term: "Made from", value: <bdi>{token.parentName}</bdi> },
        { term: "Created", value: <Moment at={token.createdAt} /> },
        { term: "Last used", value: <Moment at={token.lastUsedAt} /> },
        { term: "Expires", value: <Moment at={token.expiresAt} /> },
        { term: "Id", value: <code>{token.id}</code> },
      ]}
    />
    <AskFirst
      {...{ csrf, action: "/account/tokens", intent: "revoke-uat", id: token.id, verb: "Revoke", name: token.client }}
      consequence="Whatever uses it, or was exchanged from it, is refused from its next request on."
    />
  </li>
);
