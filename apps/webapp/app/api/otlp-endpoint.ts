import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import { z } from "zod";
import type { TraceItem } from "../services/parse-otlp.js";
import { keepTelemetry } from "../services/keep-telemetry.server.js";
import type { AppContext } from "./context.js";
import { checked } from "./endpoint.js";
import { readGzippedJsonBody } from "./read-body.js";

const BODY_LIMIT = 4 * 1024 * 1024;

interface Signal {
  name: string;
  parse(body: unknown): { items: TraceItem[]; unread: number };
  /** What the protocol calls that which was not kept. */
  rejected: string;
}

/** An endpoint that keeps what task processes tell of their runs. */
export const otlpEndpoint = ({ name, parse, rejected }: Signal) =>
  ({
    summary: `Send ${name}`,
    description:
      "OpenTelemetry's protocol over HTTP, as JSON, plain or gzipped, of at most 4 MiB. Spans and lines say which run " +
      "they are of in `$metadata.ctx.run.id`. What is of no run of this environment, or over the bounds of one, is " +
      "counted as rejected.",
    tag: "Workers",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: checked("write:runs[:id] for the runs that it tells of, or for their worker", {
      someOf: ["write:runs"],
    }),
    body: z.record(z.string(), z.unknown()),
    bodyLimit: BODY_LIMIT,
    oneTimeTokens: "free",
    readBody: readGzippedJsonBody,
    answers: { 200: { description: "Taken; `partialSuccess` says how much was not kept" } },
    async handler({
      context,
      caller,
      body,
    }: {
      context: AppContext;
      caller: EnvironmentAuthentication;
      body: Record<string, unknown>;
    }) {
      const { items, unread } = parse(body);
      const kept = await keepTelemetry(context, caller, items);
      const count = unread + kept.rejected;
      return count === 0 ? {} : { partialSuccess: { [rejected]: count, errorMessage: "of no run here, or too much" } };
    },
  }) as const;
