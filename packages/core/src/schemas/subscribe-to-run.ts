import * as z from "zod";

/** Query of `GET /realtime/v1/runs/:id`, of Electric's HTTP protocol. */
export const SubscribeToRunSearchParams = z.object({
  offset: z
    .string()
    .regex(/^(?:-1|\d{1,16}_\d{1,16})$/, "must be -1, or the electric-offset of an answer")
    .default("-1"),
  handle: z.string().max(64).optional(),
  live: z.enum(["true", "false"]).optional(),
});
export type SubscribeToRunSearchParams = z.infer<typeof SubscribeToRunSearchParams>;
