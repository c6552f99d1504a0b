import { type ApiClient, createApiClient } from "@trigger.dev/core/client";
import { nodeFetch } from "./node-fetch.js";
import type { Terminal } from "./terminal.js";
import { oneLine } from "./terminal-text.js";
import { version } from "./version.js";

/** A client of that server that says under `--log-level debug` what was asked, and never with which credential. */
export function connect(
  terminal: Terminal,
  { apiUrl, accessToken }: { apiUrl: string; accessToken?: string },
): ApiClient {
  return createApiClient({
    apiUrl,
    accessToken,
    fetch: nodeFetch,
    headers: {
      "user-agent": `trigger.dev-cli/${version}`,
      "x-trigger-source": "cli",
      "x-trigger-cli-version": version,
    },
    onAnswer: ({ method, url, status, requestId, milliseconds }) =>
      terminal.debug(
        `${method} ${url} ${status} in ${milliseconds.toFixed(0)} ms${requestId ? ` (${oneLine(requestId)})` : ""}`,
      ),
  });
}
