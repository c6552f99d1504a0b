import * as z from "zod";

const common = { id: z.string(), taskIdentifier: z.string(), usage: z.object({ durationMs: z.number() }) };

/** Answer of `GET /api/v1/runs/:id/result`: how a run that is over ended, in the words in which its worker said it. */
export const RunResultResponseBody = z.discriminatedUnion("ok", [
  z.object({ ...common, ok: z.literal(true), output: z.string().optional(), outputType: z.string() }),
  z.object({
    ...common,
    ok: z.literal(false),
    error: z
      .looseObject({ type: z.enum(["BUILT_IN_ERROR", "CUSTOM_ERROR", "STRING_ERROR", "INTERNAL_ERROR"]) })
      .describe("Beside its type a class name, a message and a stack, an internal code, or the raw text."),
  }),
]);
export type RunResultResponseBody = z.infer<typeof RunResultResponseBody>;
