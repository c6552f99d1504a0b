import * as z from "zod";
import { IsoDate } from "./text.js";

/** An organization that the caller is a member of. */
export const OrganizationItem = z.object({
  id: z.string(),
  title: z.string(),
  slug: z.string(),
  createdAt: IsoDate,
});
export type OrganizationItem = z.infer<typeof OrganizationItem>;

/** Answer of `GET /api/v1/orgs`. */
export const ListOrganizationsResponseBody = z.array(OrganizationItem);
export type ListOrganizationsResponseBody = z.infer<typeof ListOrganizationsResponseBody>;
