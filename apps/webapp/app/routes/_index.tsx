import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Fragment } from "react";
import { Command } from "../components/command.js";
import { Facts } from "../components/facts.js";
import { Page } from "../components/page.js";
import { listHome } from "../services/list-home.server.js";
import { requireUser } from "../sessions/session.server.js";

export const meta: MetaFunction = () => [{ title: "Home · Trigger" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { user, csrf } = await requireUser(request, context);
  const organizations = await listHome(context, user.id);
  return {
    name: user.name,
    viewer: { email: user.email, csrf },
    userId: user.id,
    organizations,
    origin: context.config.appOrigin,
  };
}

/** Those that have no branches to choose from. */
const ENVIRONMENTS = ["dev", "staging", "prod"] as const;

type Organization = Awaited<ReturnType<typeof loader>>["organizations"][number];

export default function Home() {
  const { name, viewer, userId, organizations, origin } = useLoaderData<typeof loader>();
  return (
    <Page title={name ? `Hello, ${name}` : "Home"} viewer={viewer} current="/">
      <section aria-labelledby="you">
        <h2 id="you">You</h2>
        <Facts
          facts={[
            { term: "Email", value: <bdi>{viewer.email}</bdi> },
            { term: "User id", value: <code>{userId}</code> },
          ]}
        />
      </section>
      <section aria-labelledby="projects">
        <h2 id="projects">Organizations and projects</h2>
        {organizations.length === 0 ? (
          <p className="empty">
            You are in no organization yet. Ask somebody who is in one, or the operator, to add you.
          </p>
        ) : (
          <ul className="cards">
            {organizations.map((organization) => (
              <OrganizationCard key={organization.slug} organization={organization} />
            ))}
          </ul>
        )}
      </section>
      <section aria-labelledby="commands">
        <h2 id="commands">Start from the command line</h2>
        <p>
          Sign the command line in, then hand a narrow, short-lived token to a script or an agent that acts for you.
        </p>
        <Command label="Sign the command line in" text={`npx trigger.dev login --api-url ${origin}`} />
        <Command
          label="Mint a token that reads runs for an hour"
          text="npx trigger.dev mint-token --ttl 3600 --cap read:runs"
        />
        <Command label="List your projects" text="npx trigger.dev projects list" />
      </section>
    </Page>
  );
}

const OrganizationCard = ({ organization }: { organization: Organization }) => (
  <li className="card">
    <div className="card-head">
      <h3>
        <bdi>{organization.title}</bdi>
      </h3>
      <span className="badge muted">{organization.role}</span>
    </div>
    <p>
      <a href={`/orgs/${organization.slug}/members`}>
        Members and roles<span className="hidden"> of {organization.title}</span>
      </a>
    </p>
    {organization.projects.length === 0 ? (
      <p className="empty">No project yet.</p>
    ) : (
      <ul className="rows">
        {organization.projects.map((project) => (
          <li key={project.ref}>
            <span>
              <bdi>{project.name}</bdi> <code>{project.ref}</code>
            </span>
            <span>
              Errors in{" "}
              {ENVIRONMENTS.map((environment, index) => (
                <Fragment key={environment}>
                  {index > 0 ? ", " : ""}
                  <a href={`/projects/${project.ref}/${environment}/errors`}>
                    {environment}
                    <span className="hidden"> of {project.name}</span>
                  </a>
                </Fragment>
              ))}
            </span>
          </li>
        ))}
      </ul>
    )}
  </li>
);
