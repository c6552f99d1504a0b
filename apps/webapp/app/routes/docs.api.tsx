import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import swaggerScript from "swagger-ui-dist/swagger-ui-bundle.js?url";
import swaggerStyles from "swagger-ui-dist/swagger-ui.css?url";
import startScript from "../browser/swagger-ui.js?url";
import { Page } from "../components/page.js";
import { readSession } from "../sessions/session.server.js";

export const meta: MetaFunction = () => [{ title: "API reference · Trigger" }];

export const links: LinksFunction = () => [{ rel: "stylesheet", href: swaggerStyles }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const session = await readSession(request, context);
  return { viewer: session && { email: session.user.email, csrf: session.csrf } };
}

/** The one page with scripts: Swagger UI, served by us, over the document at `/openapi.json`. */
export default function ApiReference() {
  const { viewer } = useLoaderData<typeof loader>();
  return (
    <Page
      title="API reference"
      intro={
        <>
          Made from the routes&rsquo; own declarations. The document itself is at{" "}
          <a href="/openapi.json">/openapi.json</a>.
        </>
      }
      viewer={viewer}
      current="/docs/api"
    >
      <noscript>
        <p>This page needs JavaScript; the document does not.</p>
      </noscript>
      <div id="api-reference" />
      <script src={swaggerScript} defer />
      <script src={startScript} defer />
    </Page>
  );
}
