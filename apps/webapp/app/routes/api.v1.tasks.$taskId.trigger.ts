import { TaskIdentifier, TriggerTaskRequestBody, TriggerTaskResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopesOf } from "../api/endpoint.js";
import { notFound } from "../api/errors.js";
import { Reply } from "../api/json-response.js";
import { PAYLOAD_BODY_LIMIT } from "../api/read-body.js";
import { spendingOneTimeToken } from "../services/one-time-token.server.js";
import { requestedId } from "../services/requested-id.js";
import { signRunToken } from "../services/run-token.server.js";
import { triggerTask } from "../services/trigger-task.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Trigger a task",
    description: "Stores a run. The header `x-trigger-jwt` of the answer holds a token that reads that run.",
    tag: "Runs",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: scopesOf("trigger:tasks[:id]", ({ taskId }) => [`trigger:tasks:${taskId}`]),
    body: TriggerTaskRequestBody,
    example: { payload: { name: "Ada" }, options: { tags: ["customer:42"], ttl: "1h" } },
    bodyLimit: PAYLOAD_BODY_LIMIT,
    cors: true,
    answers: {
      200: { description: "The run", schema: TriggerTaskResponseBody },
      501: { description: "A run is to wait for it, or triggers are to be debounced" },
    },
    oneTimeTokens: "handler",
    async handler({ context, request, caller, params, body }) {
      const task = TaskIdentifier.safeParse(params["taskId"]);
      if (!task.success) throw notFound("Task");
      const id = requestedId("run", request, { environmentId: caller.environment.id, subject: task.data });
      const triggered = await spendingOneTimeToken(context, { request, caller, usedFor: id }, () =>
        triggerTask(context, caller, task.data, body, { id }),
      );
      const token = await signRunToken(context, caller, triggered.id);
      return new Reply(triggered, token === null ? {} : { headers: { "x-trigger-jwt": token } });
    },
  }),
});
