import { apiRoute } from "../api/api-route.js";
import { endpoint } from "../api/endpoint.js";
import { otlpEndpoint } from "../api/otlp-endpoint.js";
import { parseSpans } from "../services/parse-otlp.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint(otlpEndpoint({ name: "traces", parse: parseSpans, rejected: "rejectedSpans" })),
});
