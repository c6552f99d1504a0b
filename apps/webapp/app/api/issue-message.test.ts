import { describe, expect, it } from "vitest";
import { z } from "zod";
import { issueMessage } from "./issue-message.js";

const said = (schema: z.ZodType, value: unknown) =>
  schema.safeParse(value, { error: issueMessage }).error?.issues.map(({ message }) => message);

describe("a wrong value", () => {
  it.each([
    { schema: z.string(), value: null, message: "must be text, not null" },
    { schema: z.array(z.string()), value: "a", message: "must be a list, not text" },
    { schema: z.object({}), value: [], message: "must be an object, not a list" },
    { schema: z.int(), value: 1.5, message: "must be a whole number" },
    { schema: z.int(), value: "1", message: "must be a number, not text" },
    { schema: z.number(), value: Number.POSITIVE_INFINITY, message: "must be a finite number" },
    { schema: z.int().min(1), value: 0, message: "must be at least 1" },
    { schema: z.number().gt(0), value: 0, message: "must be more than 0" },
    { schema: z.string().min(1), value: "", message: "must have at least 1 character" },
    { schema: z.string().max(2), value: "abc", message: "must have at most 2 characters" },
    { schema: z.array(z.string()).max(1), value: ["a", "b"], message: "must have at most 1 item" },
    { schema: z.enum(["preview", "dev"]), value: "prod", message: 'must be "preview" or "dev"' },
    { schema: z.union([z.number(), z.string()]), value: null, message: "must be a number or text, not null" },
    { schema: z.union([z.string(), z.array(z.string())]), value: [1], message: "must not be a list of this form" },
    { schema: z.string(), value: undefined, message: "is missing" },
  ])("is told: $message", ({ schema, value, message }) => {
    expect(said(schema, value)).toEqual([message]);
  });
});
