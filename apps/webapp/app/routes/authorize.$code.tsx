import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { Claimed } from "../components/claimed.js";
import { CsrfField } from "../components/csrf-field.js";
import { Facts } from "../components/facts.js";
import { Moment } from "../components/moment.js";
import { Notice } from "../components/notice.js";
import { Page } from "../components/page.js";
import { approveLoginRequest, denyLoginRequest, readLoginRequest } from "../services/authorization-code.server.js";
import { readForm } from "../sessions/read-form.server.js";
import { requireUser } from "../sessions/session.server.js";

export const meta: MetaFunction = () => [{ title: "Approve a sign-in · Trigger" }];

const STATUS = { open: 200, approved: 200, used: 410, expired: 410, unknown: 404 } as const;

/** Shows what asks. Opening the page decides nothing. */
export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const { user, csrf } = await requireUser(request, context);
  const found = await readLoginRequest(context, { code: params.code ?? "", userId: user.id });
  const viewer = { email: user.email, csrf };
  if (found.state !== "open") return data({ viewer, ...found }, { status: STATUS[found.state] });
  const { createdAt, expiresAt, ...rest } = found;
  return data({ viewer, ...rest, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() });
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const { user, sessionId, binding } = await requireUser(request, context);
  const form = await readForm(request, context, binding);
  const decision = { code: params.code ?? "", userId: user.id, sessionId };
  switch (form.get("decision")) {
    case "approve":
      await approveLoginRequest(context, decision);
      // What the page then says is what the database says, also to whoever came second.
      return redirect(new URL(request.url).pathname);
    case "deny":
      if (await denyLoginRequest(context, decision)) return { denied: true };
      return redirect(new URL(request.url).pathname);
    default:
      throw new Response(null, { status: 400 });
  }
}

const OVER = {
  used: { title: "This request was already decided", text: "A request can be approved once." },
  expired: { title: "This request has expired", text: "A request can be approved for 10 minutes." },
  unknown: { title: "There is no such request", text: "The address may be incomplete, or the request was denied." },
};

export default function Authorize() {
  const found = useLoaderData<typeof loader>();
  const sent = useActionData<typeof action>();
  const { viewer } = found;
  if (sent) {
    return (
      <Page title="Denied" viewer={viewer} narrow>
        <Notice kind="done">Nothing was handed out. You can close this page.</Notice>
      </Page>
    );
  }
  if (found.state === "approved") {
    return (
      <Page title="Approved" viewer={viewer} narrow>
        <Notice kind="done">You can close this page and go on where you asked.</Notice>
        <p>
          The token that it got is under <a href="/account/tokens">Tokens</a>, where you can revoke it.
        </p>
      </Page>
    );
  }
  if (found.state !== "open") {
    const { title, text } = OVER[found.state];
    return (
      <Page title={title} viewer={viewer} narrow>
        <p>{text} Start again from the command line: npx trigger.dev login</p>
      </Page>
    );
  }
  return (
    <Page title="Approve this sign-in?" viewer={viewer} narrow>
      <p>
        Something asks for a personal access token of{" "}
        <strong>
          <bdi>{viewer.email}</bdi>
        </strong>
        . With it, it can do everything that you can, until you revoke it.
      </p>
      <Facts
        facts={[
          { term: "Asks", value: <Claimed label={found.client} /> },
          { term: "From", value: <code>{found.address}</code> },
          { term: "Asked", value: <Moment at={found.createdAt} /> },
          { term: "Until", value: <Moment at={found.expiresAt} /> },
        ]}
      />
      <Notice kind="careful">
        Approve only what you started yourself just now. If somebody sent you this link, deny it.
      </Notice>
      <form method="post" className="decide">
        <CsrfField token={viewer.csrf} />
        <button type="submit" name="decision" value="approve">
          Approve
        </button>
        <button type="submit" name="decision" value="deny" className="quiet">
          Deny
        </button>
      </form>
    </Page>
  );
}
