import { z } from "zod";
import { apiRoute } from "../api/api-route.js";
import { endpoint, open } from "../api/endpoint.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Is the server up?",
    description: "200 only while the database answers too, else 503.",
    tag: "Server",
    credentials: [],
    target: "none",
    permission: open("says nothing but yes"),
    answers: { 200: { description: "Up", schema: z.object({ status: z.literal("ok") }) } },
    async handler({ context }) {
      await context.pool.query("SELECT 1");
      return { status: "ok" };
    },
  }),
});
