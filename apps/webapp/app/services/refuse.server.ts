import { AppError } from "../api/errors.js";

/** 400: one sentence about `param`, which the caller can mend. */
export const refuse = (param: string, message: string): AppError =>
  new AppError("invalid_request", message, { param, issues: [{ path: param, message }] });
