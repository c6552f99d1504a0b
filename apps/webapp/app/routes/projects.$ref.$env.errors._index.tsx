import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { ListErrorsSearchParams, toListErrorsQuery } from "@trigger.dev/core/v3";
import { ErrorCard } from "../components/error-card.js";
import { Page } from "../components/page.js";
import { listErrors } from "../services/list-errors.server.js";
import { orResponse, requireEnvironment } from "../sessions/require-environment.server.js";

export const meta: MetaFunction = () => [{ title: "Errors · Trigger" }];

const STATUSES = ["unresolved", "resolved", "ignored"] as const;
const PERIOD = "7d";

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const at = await requireEnvironment(request, context, {
    ref: params["ref"],
    env: params["env"],
    scope: "read:errors",
  });
  const asked = Object.fromEntries(new URL(request.url).searchParams);
  const checked = ListErrorsSearchParams.safeParse({ "filter[period]": PERIOD, ...asked, include: "hourly" });
  if (!checked.success) throw new Response(null, { status: 400 });
  const { data, pagination } = await orResponse(listErrors(context, at, toListErrorsQuery(checked.data)));
  return {
    viewer: { email: at.user.email, csrf: at.csrf },
    place: { project: at.project.name, environment: at.environment.slug, path: new URL(request.url).pathname },
    status: asked["filter[status]"] ?? null,
    search: asked["filter[search]"] ?? "",
    errors: data,
    next: pagination.next ?? null,
    previous: pagination.previous ?? null,
  };
}

export default function Errors() {
  const { viewer, place, status, search, errors, next, previous } = useLoaderData<typeof loader>();
  const filters = {
    ...(status === null ? {} : { "filter[status]": status }),
    ...(search === "" ? {} : { "filter[search]": search }),
  };
  const address = (query: Record<string, string>): string => `${place.path}?${new URLSearchParams(query)}`;
  return (
    <Page
      title="Errors"
      intro={`Failed runs of the last week in ${place.environment} of ${place.project}, by their cause.`}
      viewer={viewer}
    >
      <form method="get" className="inline">
        <div className="field">
          <label htmlFor="search">Search type and message</label>
          <input id="search" name="filter[search]" type="search" defaultValue={search} maxLength={1000} />
        </div>
        <div className="field">
          <label htmlFor="status">Status</label>
          <select id="status" name="filter[status]" defaultValue={status ?? STATUSES.join(",")}>
            <option value={STATUSES.join(",")}>Any</option>
            {STATUSES.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <button type="submit">Show</button>
      </form>
      <section aria-labelledby="found">
        <h2 id="found">{errors.length === 0 ? "None" : "Latest first"}</h2>
        <ul className="cards">
          {errors.map((error) => (
            <ErrorCard key={error.id} error={error} href={`${place.path}/${error.id}`} />
          ))}
        </ul>
        <p>
          {previous === null ? null : <a href={address({ ...filters, "page[before]": previous })}>Newer</a>}{" "}
          {next === null ? null : <a href={address({ ...filters, "page[after]": next })}>Older</a>}
        </p>
      </section>
    </Page>
  );
}
