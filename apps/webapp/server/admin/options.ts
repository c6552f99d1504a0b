import { z } from "zod";

/** Options that several commands share. */
export const email = z.string().meta({ value: "<address>", description: "the person's email address" });

export const organization = z.string().meta({ value: "<slug>", description: "the organization's slug" });

export const role = z
  .string()
  .meta({ value: "<role>", description: "a role such as owner, admin, developer or viewer" });

/** A whole number of seconds; which ones will do is said by what is called with it. */
export const seconds = (description: string) =>
  z
    .string()
    .regex(/^\d{1,9}$/, "must be a whole number of seconds")
    .transform(Number)
    .optional()
    .meta({ value: "<seconds>", description });

export const flag = (description: string) => z.boolean().optional().meta({ description });

export const id = (description: string) => z.string().meta({ value: "<id>", description });
