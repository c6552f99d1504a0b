import * as z from "zod";

/** Answer of `GET /api/v1/projects/:ref/:env`. It hands out the environment's key. */
export const GetEnvironmentResponseBody = z.object({
  apiKey: z.string(),
  name: z.string(),
  apiUrl: z.string(),
  projectId: z.string(),
  defaultRuntime: z.string().optional(),
});
export type GetEnvironmentResponseBody = z.infer<typeof GetEnvironmentResponseBody>;
