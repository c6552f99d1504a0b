import { WhoAmIResponseBody } from "@trigger.dev/core/v3";
import { z } from "zod";
import { apiRoute } from "../api/api-route.js";
import { endpoint, open } from "../api/endpoint.js";
import { whoAmI } from "../services/who-am-i.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Who am I?",
    tag: "Discovery",
    credentials: ["pat", "uat"],
    target: "none",
    permission: open("identity needs no scope"),
    query: z.object({
      projectRef: z
        .string()
        .regex(/^[\w.-]{1,128}$/, "must be a project ref")
        .optional(),
    }),
    answers: { 200: { description: "The person behind the token", schema: WhoAmIResponseBody } },
    handler: ({ context, caller, query }) => whoAmI(context, caller.user, query.projectRef),
  }),
});
