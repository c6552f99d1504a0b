import { z } from "zod";
import { deleteProject } from "../../app/services/delete-project.server.js";
import { defineCommand } from "./command.js";

export const deleteProjectCommand = defineCommand({
  name: "project delete",
  summary: "delete a project with its environments, keys and runs",
  options: z.object({ ref: z.string().meta({ value: "<ref>", description: "the project's ref, proj_…" }) }),
  examples: ["project delete --ref proj_abcdefghijklmnopqrstuvwx"],
  run: ({ context, by }, { ref }) => deleteProject(context, { ref, by }),
  print: ({ ref }) => `Deleted the project ${ref}.`,
});
