import { AppError, type Issue } from "./errors.js";

/** 400 with every problem of a request; each message follows its path, as in `body.cap must be a list, not null`. */
export function invalidRequest(...issues: [Issue, ...Issue[]]): AppError {
  const said = issues.map(({ path, message }) => `${path} ${message.replace(/\.$/, "")}`).join("; ");
  return new AppError("invalid_request", `Invalid request: ${said}.`, { issues, param: issues[0].path });
}
