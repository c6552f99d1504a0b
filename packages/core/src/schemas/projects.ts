import * as z from "zod";
import { OrganizationItem } from "./organizations.js";
import { IsoDate, label } from "./text.js";

/** A project and the organization it belongs to. */
export const ProjectItem = z.object({
  id: z.string(),
  externalRef: z.string().describe("The `proj_…` that a configuration names."),
  name: z.string(),
  slug: z.string(),
  createdAt: IsoDate,
  organization: OrganizationItem,
  defaultRegion: z.string().optional(),
  defaultRuntime: z.string().optional(),
});
export type ProjectItem = z.infer<typeof ProjectItem>;

/** Answer of `GET /api/v1/projects`. */
export const ListProjectsResponseBody = z.array(ProjectItem);
export type ListProjectsResponseBody = z.infer<typeof ListProjectsResponseBody>;

/** One environment of one project, as `projects list` shows it. */
export const ProjectRuntimeItem = z.object({
  organization: z.object({ title: z.string(), slug: z.string() }),
  project: z.object({ name: z.string(), slug: z.string(), externalRef: z.string() }),
  environment: z.object({ slug: z.string() }),
  deployment: z.null(),
});
export type ProjectRuntimeItem = z.infer<typeof ProjectRuntimeItem>;

/** Answer of `GET /api/v1/projects/runtimes`. */
export const ListProjectRuntimesResponseBody = z.array(ProjectRuntimeItem);
export type ListProjectRuntimesResponseBody = z.infer<typeof ListProjectRuntimesResponseBody>;

/** What a project may be called. */
export const ProjectName = label(255);

/** Body of `POST /api/v1/orgs/:slug/projects`. */
export const CreateProjectRequestBody = z.object({ name: ProjectName });
export type CreateProjectRequestBody = z.infer<typeof CreateProjectRequestBody>;

/** Body of `PATCH /api/v1/projects/:ref`. */
export const UpdateProjectRequestBody = z.object({ name: ProjectName });
export type UpdateProjectRequestBody = z.infer<typeof UpdateProjectRequestBody>;
