import * as z from "zod";

/** Answer of `GET /api/v2/whoami[?projectRef=]`. */
export const WhoAmIResponseBody = z.object({
  userId: z.string(),
  email: z.string(),
  dashboardUrl: z.string(),
  project: z.object({ name: z.string(), url: z.string(), orgTitle: z.string() }).optional(),
});
export type WhoAmIResponseBody = z.infer<typeof WhoAmIResponseBody>;
