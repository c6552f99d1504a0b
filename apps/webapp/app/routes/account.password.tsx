import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { AppError } from "../api/errors.js";
import { CsrfField } from "../components/csrf-field.js";
import { Field } from "../components/field.js";
import { Notice } from "../components/notice.js";
import { Page } from "../components/page.js";
import { hasPassword, setPassword, type SetPasswordProblem } from "../services/set-password.server.js";
import { readForm } from "../sessions/read-form.server.js";
import { requireUser, startSession } from "../sessions/session.server.js";

export { headers } from "../sessions/answer-headers.js";

export const meta: MetaFunction = () => [{ title: "Password · Trigger" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { user, csrf } = await requireUser(request, context);
  const isSet = await hasPassword(context, user.id);
  const changed = new URL(request.url).searchParams.has("changed");
  return { viewer: { email: user.email, csrf }, isSet, changed };
}

type Problem = SetPasswordProblem | "too_often";

export async function action({ request, context }: ActionFunctionArgs) {
  const { user, sessionId, binding } = await requireUser(request, context);
  const form = await readForm(request, context, binding);
  const text = (name: string) => form.get(name) ?? "";
  const answer = (problem: Problem, status: number, headers: Record<string, string> = {}) =>
    data({ problem }, { status, headers });
  try {
    const passwords = { current: text("current"), next: text("next"), repeated: text("repeated") };
    const problem = await setPassword(context, { userId: user.id, sessionId, ...passwords });
    if (problem) return answer(problem, 400);
    const cookie = await startSession(request, context, user.id);
    return redirect("/account/password?changed", { headers: { "set-cookie": cookie } });
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === "rate_limited") return answer("too_often", 429, thrown.headers);
    throw thrown;
  }
}

const SENTENCES: Record<Problem, string> = {
  too_short: "Use 12 characters or more.",
  too_long: "Use 256 characters or fewer.",
  not_repeated: "The two new passwords are not the same.",
  wrong_current: "That is not your current password.",
  too_often: "Too many attempts from your address. Wait a minute, then try again.",
};

export default function Password() {
  const { viewer, isSet, changed } = useLoaderData<typeof loader>();
  const problem = useActionData<typeof action>()?.problem;
  const errorOf = (...of: Problem[]) => (problem && of.includes(problem) ? SENTENCES[problem] : null);
  return (
    <Page
      title={isSet ? "Change your password" : "Set a password"}
      intro="Setting one signs you out everywhere else, and ends the sign-in link that you were given."
      viewer={viewer}
      current="/account/password"
      narrow
    >
      {changed ? <Notice kind="done">Your password is set.</Notice> : null}
      {problem ? <Notice kind="wrong">{SENTENCES[problem]}</Notice> : null}
      <form method="post" className="stack">
        <CsrfField token={viewer.csrf} />
        <input type="email" name="email" value={viewer.email} autoComplete="username" readOnly hidden />
        {isSet ? (
          <Field
            {...{ id: "current", label: "Current password", type: "password", required: true, maxLength: 256 }}
            autoComplete="current-password"
            error={errorOf("wrong_current")}
          />
        ) : null}
        <Field
          {...{ id: "next", label: "New password", type: "password", required: true, minLength: 12, maxLength: 256 }}
          autoComplete="new-password"
          hint="12 characters or more. A few words that do not belong together are easy to remember."
          error={errorOf("too_short", "too_long")}
        />
        <Field
          {...{ id: "repeated", label: "New password, again", type: "password", required: true, maxLength: 256 }}
          autoComplete="new-password"
          error={errorOf("not_repeated")}
        />
        <button type="submit">{isSet ? "Change password" : "Set password"}</button>
      </form>
    </Page>
  );
}
