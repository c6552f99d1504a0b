import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, redirect } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { IgnoreErrorRequestBody, ResolveErrorRequestBody } from "@trigger.dev/core/v3";
import type { ErrorCommand } from "@trigger.dev/errors";
import type * as z from "zod";
import { ErrorActivity } from "../components/error-activity.js";
import { ErrorForms } from "../components/error-forms.js";
import { ErrorStatus } from "../components/error-status.js";
import { Facts } from "../components/facts.js";
import { Moment } from "../components/moment.js";
import { Page } from "../components/page.js";
import { StackTrace } from "../components/stack-trace.js";
import { changeErrorBy } from "../services/change-error.server.js";
import { listErrorActivity } from "../services/list-error-activity.server.js";
import { retrieveError } from "../services/retrieve-error.server.js";
import { readForm, textField } from "../sessions/read-form.server.js";
import { orResponse, requireEnvironment } from "../sessions/require-environment.server.js";

export const meta: MetaFunction = () => [{ title: "Error · Trigger" }];

const placeOf = (params: LoaderFunctionArgs["params"]) => ({ ref: params["ref"], env: params["env"] });

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const errorId = params["errorId"];
  const at = await requireEnvironment(request, context, { ...placeOf(params), scope: `read:errors:${errorId}` });
  const error = await orResponse(retrieveError(context, at, errorId));
  const { data: activity } = await orResponse(listErrorActivity(context, at, { errorId, query: {} }));
  const mayChange = at.may(`write:errors:${errorId}`);
  return { viewer: { email: at.user.email, csrf: at.csrf }, error, activity, mayChange };
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const errorId = params["errorId"];
  const at = await requireEnvironment(request, context, { ...placeOf(params), scope: `write:errors:${errorId}` });
  const form = await readForm(request, context, at.binding);
  const credential = { kind: "session", id: at.sessionId } as const;
  const by = { actor: { userId: at.user.id, credential, client: null }, credential };
  await orResponse(changeErrorBy(context, at, { errorId, command: commandIn(form), by }));
  return redirect(new URL(request.url).pathname);
}

const HOUR_MS = 3_600_000;
/** Nothing was entered. */
const optional = (text: string): string | undefined => (text === "" ? undefined : text);

/** @throws Response 400 for what no form of ours sends */
function commandIn(form: URLSearchParams): ErrorCommand {
  switch (form.get("intent")) {
    case "resolve": {
      const { resolvedInVersion } = sent(ResolveErrorRequestBody, {
        resolvedInVersion: optional(textField(form, "version")),
      });
      return { type: "resolve", inVersion: resolvedInVersion };
    }
    case "ignore": {
      const hours = optional(textField(form, "hours"));
      const duration = hours === undefined ? undefined : Number(hours) * HOUR_MS;
      const body = sent(IgnoreErrorRequestBody, { duration, reason: optional(textField(form, "reason")) });
      return { type: "ignore", durationMs: body.duration, reason: body.reason };
    }
    case "unresolve":
      return { type: "unresolve" };
    default:
      throw new Response(null, { status: 400 });
  }
}

function sent<Schema extends z.ZodType>(schema: Schema, fields: unknown): z.output<Schema> {
  const checked = schema.safeParse(fields);
  if (!checked.success) throw new Response(null, { status: 400 });
  return checked.data;
}

export default function ErrorPage() {
  const { viewer, error, activity, mayChange } = useLoaderData<typeof loader>();
  return (
    <Page title={error.errorType} intro={<bdi>{error.errorMessage}</bdi>} viewer={viewer}>
      <section aria-labelledby="about">
        <h2 id="about">
          About <ErrorStatus status={error.status} />
        </h2>
        <Facts
          facts={[
            { term: "Id", value: <code>{error.id}</code> },
            { term: "Task", value: <bdi>{error.taskIdentifier}</bdi> },
            { term: "Count", value: error.count },
            { term: "First seen", value: <Moment at={error.firstSeen} /> },
            { term: "Last seen", value: <Moment at={error.lastSeen} /> },
            { term: "Versions", value: <bdi>{error.affectedVersions.join(", ") || "none"}</bdi> },
            {
              term: "Grouped by",
              value: <bdi>{[...error.groupedBy.frames, error.groupedBy.skeleton].join(" | ")}</bdi>,
            },
            ...(error.status === "ignored" && error.ignoredUntil !== null
              ? [{ term: "Ignored until", value: <Moment at={error.ignoredUntil} /> }]
              : []),
            ...(error.status === "ignored" && error.ignoredReason !== null
              ? [{ term: "Reason", value: <bdi>{error.ignoredReason}</bdi> }]
              : []),
            ...(error.status === "resolved" && error.resolvedInVersion !== null
              ? [{ term: "Resolved in", value: <bdi>{error.resolvedInVersion}</bdi> }]
              : []),
          ]}
        />
      </section>
      <section aria-labelledby="trace">
        <h2 id="trace">Stack trace</h2>
        <StackTrace text={error.sample?.stackTrace ?? null} runId={error.sample?.runId ?? null} />
      </section>
      {mayChange ? (
        <section aria-labelledby="change">
          <h2 id="change">Change</h2>
          <ErrorForms csrf={viewer.csrf} status={error.status} />
        </section>
      ) : null}
      <section aria-labelledby="activity">
        <h2 id="activity">Activity</h2>
        <ErrorActivity changes={activity} />
      </section>
    </Page>
  );
}
