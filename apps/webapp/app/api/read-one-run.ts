import { checked } from "./endpoint.js";

/** What routes have in common that show something of one run. */
export const READ_ONE_RUN = {
  tag: "Runs",
  credentials: ["environmentKey", "environmentJwt"],
  target: "credential",
  permission: checked("read:runs[:id], read:tasks:<its task>, read:tags:<a tag>, or read:batch:<its batch>"),
  cors: true,
} as const;
