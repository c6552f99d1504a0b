import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { AppError } from "../api/errors.js";
import { CsrfField } from "../components/csrf-field.js";
import { Page } from "../components/page.js";
import { audit } from "../services/audit.server.js";
import { findSignInLink, type FoundLink } from "../services/find-sign-in-link.server.js";
import { readForm } from "../sessions/read-form.server.js";
import { redirectTarget } from "../sessions/redirect-target.js";
import { readSession, startSession } from "../sessions/session.server.js";

export const meta: MetaFunction = () => [{ title: "Sign in · Trigger" }];

type Args = LoaderFunctionArgs | ActionFunctionArgs;

async function findLink({ context, params }: Args): Promise<FoundLink> {
  try {
    return await findSignInLink(context, params.secret ?? "");
  } catch (thrown) {
    if (thrown instanceof AppError) throw new Response(null, { status: thrown.status, headers: thrown.headers });
    throw thrown;
  }
}

async function signIn({ request, context }: Args, userId: string) {
  await audit(context, { action: "sign-in", outcome: "allowed", userId, detail: { by: "link" } });
  const cookie = await startSession(request, context, userId);
  const target = redirectTarget(new URL(request.url).searchParams.get("redirectTo"));
  return redirect(target, { headers: { "set-cookie": cookie } });
}

/** A look at a link is no visit: HEAD requests, and pages that a browser fetches ahead. */
const isVisit = ({ method, headers }: Request): boolean =>
  method === "GET" && !/prefetch|prerender/i.test(headers.get("sec-purpose") ?? headers.get("purpose") ?? "");

/** Opening a link signs in. Whoever is signed in as another is asked: a link from somebody else must not swap accounts. */
export async function loader(args: LoaderFunctionArgs) {
  if (!isVisit(args.request)) throw new Response(null, { status: 204 });
  const link = await findLink(args);
  if (link.state === "unknown") return data({ state: "unknown" as const }, { status: 400 });
  if (link.state === "expired") return data({ state: "expired" as const }, { status: 410 });
  const session = await readSession(args.request, args.context);
  if (session === null || session.user.id === link.userId) throw await signIn(args, link.userId);
  const viewer = { email: session.user.email, csrf: session.csrf };
  return data({ state: "other" as const, viewer, email: link.email });
}

export async function action(args: ActionFunctionArgs) {
  const session = await readSession(args.request, args.context);
  await readForm(args.request, args.context, session?.binding ?? null);
  const link = await findLink(args);
  if (link.state !== "live") throw redirect(new URL(args.request.url).pathname);
  return signIn(args, link.userId);
}

const ENDED = {
  unknown: {
    title: "This link does not sign anybody in",
    text: "It may be incomplete, or a newer link or a password has replaced it.",
  },
  expired: { title: "This link has expired", text: "A sign-in link is good for 24 hours." },
};

export default function SignInLink() {
  const found = useLoaderData<typeof loader>();
  if (found.state === "other") {
    return (
      <Page title="Switch accounts?" viewer={found.viewer} narrow>
        <p>
          You are signed in as <bdi>{found.viewer.email}</bdi>. This link signs in as{" "}
          <strong>
            <bdi>{found.email}</bdi>
          </strong>
          . If you did not ask for it, leave this page.
        </p>
        <form method="post" className="stack">
          <CsrfField token={found.viewer.csrf} />
          <button type="submit">Sign in as {found.email}</button>
        </form>
      </Page>
    );
  }
  const { title, text } = ENDED[found.state];
  return (
    <Page title={title} viewer={null} narrow>
      <p>{text} Ask the operator for another, or sign in with your password.</p>
      <p>
        <a className="button" href="/sign-in">
          Sign in
        </a>
      </p>
    </Page>
  );
}
