import * as z from "zod";

/** One thing that is wrong with a request. */
export const ErrorIssue = z.object({
  path: z.string().optional().describe("Where: `cap[1]`, `options.tags`, `filter[status]`."),
  message: z.string(),
  scope: z.string().optional().describe("The scope that is not good."),
  suggestion: z.string().optional().describe("The nearest good one."),
});
export type ErrorIssue = z.infer<typeof ErrorIssue>;

/** The body of every refusal. `code` is stable; `error` is a sentence for a person. */
export const ErrorBody = z.object({
  error: z.string(),
  code: z.string(),
  requestId: z.string(),
  param: z.string().optional(),
  type: z.string().optional(),
  issues: z.array(ErrorIssue).optional().describe("Every problem of a request that was refused as 400."),
  scopes: z.array(z.string()).optional().describe("The scopes of which any one would do."),
  deniedScopes: z.array(z.string()).optional().describe("What was asked for and could not be granted."),
});
export type ErrorBody = z.infer<typeof ErrorBody>;
