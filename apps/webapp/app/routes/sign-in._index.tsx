import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { AppError } from "../api/errors.js";
import { CsrfField } from "../components/csrf-field.js";
import { Field } from "../components/field.js";
import { Notice } from "../components/notice.js";
import { Page } from "../components/page.js";
import { signInWithPassword } from "../services/sign-in-with-password.server.js";
import { readForm, textField } from "../sessions/read-form.server.js";
import { redirectTarget } from "../sessions/redirect-target.js";
import { readSession, startSession } from "../sessions/session.server.js";
import { readVisitor, welcomeVisitor } from "../sessions/visitor.server.js";

export { headers } from "../sessions/answer-headers.js";

export const meta: MetaFunction = () => [{ title: "Sign in · Trigger" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const redirectTo = redirectTarget(new URL(request.url).searchParams.get("redirectTo"));
  if (await readSession(request, context)) throw redirect(redirectTo);
  const { csrf, headers } = await welcomeVisitor(request, context);
  return data({ csrf, redirectTo }, { headers });
}

const WRONG = "That email and password do not belong together.";
const TOO_OFTEN = "Too many attempts from your address. Wait a minute, then try again.";

export async function action({ request, context }: ActionFunctionArgs) {
  const form = await readForm(request, context, await readVisitor(request, context));
  const email = textField(form, "email").slice(0, 254);
  const redirectTo = redirectTarget(form.get("redirectTo"));
  const answer = (error: string, status: number, headers: Record<string, string> = {}) =>
    data({ error, email, redirectTo }, { status, headers });
  try {
    const found = await signInWithPassword(context, { email, password: form.get("password") ?? "" });
    if (!found) return answer(WRONG, 401);
    const cookie = await startSession(request, context, found.userId);
    return redirect(redirectTo, { headers: { "set-cookie": cookie } });
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === "rate_limited") return answer(TOO_OFTEN, 429, thrown.headers);
    throw thrown;
  }
}

export default function SignIn() {
  const { csrf, redirectTo } = useLoaderData<typeof loader>();
  const sent = useActionData<typeof action>();
  return (
    <Page title="Sign in" viewer={null} narrow>
      {sent ? <Notice kind="wrong">{sent.error}</Notice> : null}
      <form method="post" action="/sign-in" className="stack">
        <CsrfField token={csrf} />
        <input type="hidden" name="redirectTo" value={sent?.redirectTo ?? redirectTo} />
        <Field
          id="email"
          label="Email"
          type="email"
          autoComplete="username"
          required
          maxLength={254}
          defaultValue={sent?.email}
        />
        <Field
          id="password"
          label="Password"
          type="password"
          autoComplete="current-password"
          required
          maxLength={256}
        />
        <button type="submit">Sign in</button>
      </form>
      <h2>No password yet?</h2>
      <p>
        Open the sign-in link that you were given. The first one is printed when the server first starts, and stands in
        its <code>bootstrap.json</code>; the operator makes another with:
      </p>
      <pre className="command">
        <code>npm run admin -- user sign-in-link --email you@example.com</code>
      </pre>
    </Page>
  );
}
