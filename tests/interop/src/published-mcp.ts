import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { type CliProfile, createCliHome } from "./cli-home.js";
import { PUBLISHED_CLI, TASK_PROJECT } from "./published-cli.js";

export type McpAnswer = { isError: boolean; text: string };

export type PublishedMcp = {
  tools: () => Promise<string[]>;
  call: (name: string, args?: Record<string, unknown>) => Promise<McpAnswer>;
  stop: () => Promise<void>;
};

const textOf = (content: unknown): string =>
  Array.isArray(content) ? content.map((part: { text?: unknown }) => String(part.text ?? "")).join("\n") : "";

/** Starts the published CLI's MCP server as an agent would, over stdio, and talks to it with the protocol's own client. */
export async function publishedMcp(profile: CliProfile): Promise<PublishedMcp> {
  const home = await createCliHome(profile);
  const client = new Client({ name: "interop", version: "1.0.0" });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [PUBLISHED_CLI, "mcp", "--skip-telemetry"],
      env: home.env(),
      cwd: TASK_PROJECT,
      stderr: "ignore",
    }),
  );
  return {
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, args = {}) => {
      const answer = await client.callTool({ name, arguments: args });
      return { isError: answer.isError === true, text: textOf(answer.content) };
    },
    stop: async () => {
      await client.close();
      await home.remove();
    },
  };
}
