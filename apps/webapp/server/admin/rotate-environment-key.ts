import { z } from "zod";
import { rotateEnvironmentKey } from "../../app/services/rotate-environment-key.server.js";
import { defineCommand } from "./command.js";
import { id, seconds } from "./options.js";

export const rotateEnvironmentKeyCommand = defineCommand({
  name: "environment rotate-key",
  summary: "give an environment a new key; the old one lives on for a grace time",
  options: z.object({
    id: id("the environment's id, env_…"),
    graceSeconds: seconds("how long the old key and what it signed stay valid; 0 on a leak"),
  }),
  examples: ["environment rotate-key --id env_abcdefghijklmnopqrstuvwx --grace-seconds 0"],
  run: ({ context, by }, options) =>
    rotateEnvironmentKey(context, {
      environmentId: options.id,
      graceSeconds: options.graceSeconds ?? context.config.environmentKeyGraceSeconds,
      by,
    }),
  print: ({ apiKey, oldKeysExpireAt }) => `${apiKey}\n(the old key ends ${oldKeysExpireAt.toISOString()})`,
});
