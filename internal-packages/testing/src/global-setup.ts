import { createServer } from "node:http";
import { SHARED_SERVER_VARIABLE } from "./test-database.js";
import { startTestServer, type TestServer } from "./test-server.js";

/**
 * vitest's `globalSetup`: one throwaway PostgreSQL for the whole run, started when a test first asks for a database,
 * so that runs without one pay nothing.
 */
export default async function setUp(): Promise<(() => Promise<void>) | undefined> {
  // Each project of a run sets up; the first one's server serves all.
  if (process.env[SHARED_SERVER_VARIABLE] !== undefined) return undefined;
  let server: Promise<TestServer> | undefined;
  const starter = createServer((_request, response) => {
    server ??= startTestServer();
    server.then(
      ({ url }) => response.end(url),
      (error: unknown) => {
        response.statusCode = 500;
        response.end(error instanceof Error ? error.message : String(error));
      },
    );
  });
  await new Promise<void>((resolve) => {
    starter.listen(0, "127.0.0.1", resolve);
  });
  const address = starter.address();
  if (address === null || typeof address === "string") throw new Error("The test server's starter has no port.");
  process.env[SHARED_SERVER_VARIABLE] = `http://127.0.0.1:${address.port}/`;
  return async () => {
    delete process.env[SHARED_SERVER_VARIABLE];
    starter.close();
    await (await server?.catch(() => undefined))?.stop();
  };
}
