import { IdempotencyKey, ResetIdempotencyKeyRequestBody, ResetIdempotencyKeyResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { checked, endpoint } from "../api/endpoint.js";
import { notFound } from "../api/errors.js";
import { resetIdempotencyKey } from "../services/reset-idempotency-key.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Reset an idempotency key",
    description: "The next trigger of the task with this key makes a new run.",
    tag: "Runs",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: checked("write:runs[:id]", { someOf: ["write:runs"] }),
    body: ResetIdempotencyKeyRequestBody,
    example: { taskIdentifier: "hello" },
    cors: true,
    answers: { 200: { description: "The key is free", schema: ResetIdempotencyKeyResponseBody } },
    handler({ context, caller, params, body }) {
      const key = IdempotencyKey.safeParse(params["key"]);
      if (!key.success) throw notFound("Idempotency key");
      return resetIdempotencyKey(context, caller, { key: key.data, taskIdentifier: body.taskIdentifier });
    },
  }),
});
