import { RegisterWorkerRequestBody, RegisterWorkerResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint } from "../api/endpoint.js";
import { PAYLOAD_BODY_LIMIT } from "../api/read-body.js";
import { OPEN_TO_WORKERS } from "../api/worker-permission.js";
import { registerBackgroundWorker } from "../services/register-worker.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Register a version of the tasks",
    description: "The same `contentHash` is the same version.",
    tag: "Workers",
    credentials: ["environmentKey"],
    target: "project",
    permission: OPEN_TO_WORKERS,
    body: RegisterWorkerRequestBody,
    example: { metadata: { contentHash: "4f2a", tasks: [{ id: "hello", filePath: "src/trigger/hello.ts" }] } },
    bodyLimit: PAYLOAD_BODY_LIMIT,
    answers: { 200: { description: "The version, as `YYYYMMDD.N`", schema: RegisterWorkerResponseBody } },
    handler: ({ context, caller, body }) => registerBackgroundWorker(context, caller, body),
  }),
});
