import type { z } from "zod";
import type { Operator } from "./operator.js";

/** One call of the operator's tool. Its options are the schema's keys: `graceSeconds` is `--grace-seconds`. */
export interface AdminCommand<Options extends z.ZodObject = z.ZodObject, Answer extends object = object> {
  /** As it is typed: `user create`. */
  name: `${string} ${string}`;
  summary: string;
  /** Each with `.meta({ value, description })`; `value` is what stands for it in the help, none for a switch. */
  options: Options;
  /** What follows `npm run admin -- `. */
  examples: readonly string[];
  /** It is about roles, so that the RBAC plugin, where there is one, has to say which there are. */
  usesRoles?: true;
  run(operator: Operator, options: z.infer<Options>): Promise<Answer>;
  /** The answer for a person to read. */
  print(answer: Answer): string;
  /** Whether the answer is bad news, which the exit code tells too. */
  failed?(answer: Answer): boolean;
}

/** Keeps the types of options and answer together, then lets the command stand in a list of its like. */
export function defineCommand<Options extends z.ZodObject, Answer extends object>(
  command: AdminCommand<Options, Answer>,
): BoundCommand {
  const { name, summary, options, examples, usesRoles } = command;
  return {
    name,
    summary,
    examples,
    ...(usesRoles ? { usesRoles } : {}),
    shape: options.shape,
    async call(operator, given) {
      const answer = await command.run(operator, options.parse(given));
      return { answer, text: command.print(answer), failed: command.failed?.(answer) === true };
    },
  };
}

/** A command with its types closed over. */
export interface BoundCommand extends Pick<AdminCommand, "name" | "summary" | "examples" | "usesRoles"> {
  shape: z.ZodRawShape;
  call(operator: Operator, given: Record<string, unknown>): Promise<{ answer: object; text: string; failed: boolean }>;
}
