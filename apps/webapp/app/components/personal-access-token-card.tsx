import { AskFirst } from "./ask-first.js";
import { Facts } from "./facts.js";
import { Moment } from "./moment.js";
import { TokenStatus } from "./token-status.js";

export interface PersonalAccessTokenView {
  id: string;
  name: string;
  obfuscated: string;
  /** The highest role that it may act as, if it was made with one. */
  maxRole: string | null;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
  isLive: boolean;
  liveChildren: number;
}

const consequenceOf = (children: number) => {
  if (children === 0) return "Whatever uses it is refused from its next request on.";
  const also = children === 1 ? "1 live user-actor token" : `${children} live user-actor tokens`;
  return `Whatever uses it is refused from its next request on, and so is ${also} made from it.`;
};

export const PersonalAccessTokenCard = ({ token, csrf }: { token: PersonalAccessTokenView; csrf: string }) => (
  <li className="card">
    <div className="card-head">
      <h3>
        <bdi>{token.name}</bdi>
      </h3>
      <TokenStatus {...token} />
    </div>
    <Facts
      facts={[
        { term: "Token", value: <code>{token.obfuscated}</code> },
        { term: "Created", value: <Moment at={token.createdAt} /> },
        { term: "Last used", value: <Moment at={token.lastUsedAt} /> },
        { term: "Expires", value: <Moment at={token.expiresAt} /> },
        ...(token.maxRole === null ? [] : [{ term: "Highest role", value: <bdi>{token.maxRole}</bdi> }]),
      ]}
    />
    {token.isLive ? (
      <AskFirst
        {...{ csrf, action: "/account/tokens", intent: "revoke-pat", id: token.id, verb: "Revoke", name: token.name }}
        consequence={consequenceOf(token.liveChildren)}
      />
    ) : null}
  </li>
);
