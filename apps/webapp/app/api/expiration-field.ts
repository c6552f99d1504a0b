import { ExchangeTokenRequestBody } from "@trigger.dev/core/v3";
import { expirationTime } from "../services/expiration-time.js";

const { expirationTime: field } = ExchangeTokenRequestBody.shape;

/** When a token is to expire, as a request may say it; left out, an hour from now. */
export const ExpirationField = field
  .unwrap()
  .superRefine((value, context) => {
    const expiry = expirationTime(value, Math.floor(Date.now() / 1000));
    if (!expiry.ok) context.addIssue({ code: "custom", message: expiry.problem });
  })
  .optional()
  .describe(field.description ?? "");
