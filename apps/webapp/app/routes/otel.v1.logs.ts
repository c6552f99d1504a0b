import { apiRoute } from "../api/api-route.js";
import { endpoint } from "../api/endpoint.js";
import { otlpSink } from "../api/otlp-sink.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint(otlpSink("logs")),
});
