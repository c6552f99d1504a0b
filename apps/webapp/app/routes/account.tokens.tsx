import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { AppError } from "../api/errors.js";
import { NewToken } from "../components/new-token.js";
import { NewTokenForm } from "../components/new-token-form.js";
import { Notice } from "../components/notice.js";
import { Page } from "../components/page.js";
import { PersonalAccessTokenCard } from "../components/personal-access-token-card.js";
import { UserActorTokenCard } from "../components/user-actor-token-card.js";
import { createPersonalAccessToken } from "../services/create-personal-access-token.server.js";
import { viewTokens } from "../services/view-tokens.server.js";
import { revokePersonalAccessToken } from "../services/revoke-personal-access-token.server.js";
import { revokeUserActorToken } from "../services/revoke-user-actor-token.server.js";
import { readForm, textField } from "../sessions/read-form.server.js";
import { requireUser } from "../sessions/session.server.js";

export const meta: MetaFunction = () => [{ title: "Tokens · Trigger" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { user, csrf } = await requireUser(request, context);
  const revoked = new URL(request.url).searchParams.has("revoked");
  const hasRoles = context.rbac.roles !== undefined;
  return { viewer: { email: user.email, csrf }, revoked, hasRoles, ...(await viewTokens(context, user.id)) };
}

const DAY_SECONDS = 86_400;

export async function action({ request, context }: ActionFunctionArgs) {
  const { user, sessionId, binding } = await requireUser(request, context);
  const form = await readForm(request, context, binding);
  const by = { userId: user.id, credential: { kind: "session", id: sessionId } };
  const revocation = { tokenId: textField(form, "id"), ownerUserId: user.id, by };
  switch (form.get("intent")) {
    case "create":
      break;
    case "revoke-pat":
      if (!(await revokePersonalAccessToken(context, revocation))) throw new Response(null, { status: 404 });
      return redirect("/account/tokens?revoked");
    case "revoke-uat":
      if (!(await revokeUserActorToken(context, revocation))) throw new Response(null, { status: 404 });
      return redirect("/account/tokens?revoked");
    default:
      throw new Response(null, { status: 400 });
  }
  const name = textField(form, "name");
  const days = textField(form, "days");
  const role = form.has("role") ? textField(form, "role").trim() : "";
  try {
    const ttlSeconds = days === "" ? undefined : Number(days) * DAY_SECONDS;
    const maxRole = role === "" ? undefined : role;
    const { token } = await createPersonalAccessToken(context, { userId: user.id, name, ttlSeconds, maxRole, by });
    return data({ made: { name, token }, problem: null });
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return data({ made: null, problem: { name, days, role, message: thrown.message } }, { status: thrown.status });
  }
}

export default function Tokens() {
  const { viewer, revoked, hasRoles, personalAccessTokens, userActorTokens } = useLoaderData<typeof loader>();
  const sent = useActionData<typeof action>();
  return (
    <Page
      title="Tokens"
      intro="A personal access token acts as you. User-actor tokens are made from it: shorter-lived and narrower, for scripts and agents."
      viewer={viewer}
      current="/account/tokens"
    >
      {sent?.made ? <NewToken {...sent.made} /> : null}
      {revoked && !sent ? <Notice kind="done">The token is revoked.</Notice> : null}
      <section aria-labelledby="new">
        <h2 id="new">New personal access token</h2>
        <NewTokenForm csrf={viewer.csrf} problem={sent?.problem ?? null} hasRoles={hasRoles} />
      </section>
      <section aria-labelledby="pats">
        <h2 id="pats">Personal access tokens</h2>
        <TokenList tokens={personalAccessTokens} empty="None yet. Make one above, or run: npx trigger.dev login">
          {(token) => <PersonalAccessTokenCard key={token.id} token={token} csrf={viewer.csrf} />}
        </TokenList>
      </section>
      <section aria-labelledby="uats">
        <h2 id="uats">Live user-actor tokens</h2>
        <TokenList tokens={userActorTokens} empty="None is live. Make one with: npx trigger.dev mint-token">
          {(token) => <UserActorTokenCard key={token.id} token={token} csrf={viewer.csrf} />}
        </TokenList>
      </section>
    </Page>
  );
}

interface TokenListProps<Token> {
  tokens: { shown: Token[]; hasMore: boolean };
  empty: string;
  children: (token: Token) => JSX.Element;
}

function TokenList<Token>({ tokens, empty, children }: TokenListProps<Token>) {
  if (tokens.shown.length === 0) return <p className="empty">{empty}</p>;
  return (
    <>
      <ul className="cards">{tokens.shown.map(children)}</ul>
      {tokens.hasMore ? <p className="hint">Only the first {tokens.shown.length} are shown.</p> : null}
    </>
  );
}
