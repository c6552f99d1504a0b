import type { PluginLog } from "@trigger.dev/plugins/rbac";
import type { Logger } from "pino";

/** The logger in the words of the plugin contract: message first. */
export const createPluginLog = (log: Logger): PluginLog => ({
  info: (message, fields) => log.info(fields ?? {}, message),
  warn: (message, fields) => log.warn(fields ?? {}, message),
  error: (message, fields) => log.error(fields ?? {}, message),
});
