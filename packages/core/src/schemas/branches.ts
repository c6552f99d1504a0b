import * as z from "zod";
import { IsoDate } from "./text.js";

/** What git allows as a branch, as far as it fits a header: printable ASCII of at most 255 characters. */
export const BranchName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[!-~]+$/, "must be printable ASCII without spaces")
  .refine(
    (name) => !/[~^:?*[\\]|\.\.|\/\/|@\{/.test(name) && !/^[/.-]|[/.]$/.test(name),
    "must be a name that git would take",
  );

/** The environments that can have branches. */
export const BranchableEnvironment = z.enum(["preview", "dev"]);
export type BranchableEnvironment = z.infer<typeof BranchableEnvironment>;

/** Body of `POST /api/v1/projects/:ref/branches`. */
export const CreateBranchRequestBody = z.object({
  branch: BranchName,
  env: BranchableEnvironment.default("preview"),
});
export type CreateBranchRequestBody = z.infer<typeof CreateBranchRequestBody>;

/** Answer of `POST /api/v1/projects/:ref/branches`: a branch is an environment with an id of its own. */
export const CreateBranchResponseBody = z.object({
  id: z.string(),
  branch: z.string(),
  env: BranchableEnvironment,
});
export type CreateBranchResponseBody = z.infer<typeof CreateBranchResponseBody>;

/** A branch in a list. */
export const BranchItem = CreateBranchResponseBody.extend({ createdAt: IsoDate });
export type BranchItem = z.infer<typeof BranchItem>;

/** Answer of `GET /api/v1/projects/:ref/branches`. */
export const ListBranchesResponseBody = z.object({ branches: z.array(BranchItem) });
export type ListBranchesResponseBody = z.infer<typeof ListBranchesResponseBody>;
