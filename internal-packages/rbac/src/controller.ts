import type { CredentialResolvers, PluginLog, RbacController } from "@trigger.dev/plugins/rbac";
import type { Pool } from "pg";
import type { StatementReader } from "./credentials/context.js";
import { createCredentialResolvers } from "./credentials/resolvers.js";
import { createEncryption, type Encryption } from "./encryption.js";
import { createFallbackController } from "./fallback.js";
import { guardController } from "./guarded-controller.js";
import { loadPlugin } from "./plugin-loader.js";
import { createPluginQuery } from "./plugin-query.js";
import { createScreen, type Screen } from "./screen/screen.js";
import type { Secrets } from "./secrets.js";
import { createUsageRecorder, type UsageRecorder } from "./usage-recorder.js";
import { createWitness } from "./witness.js";

export interface RbacOptions {
  pool: Pool;
  /** What looks credentials up; the pool unless given. */
  reader?: StatementReader;
  secrets: Secrets;
  log: PluginLog;
  /** The sealer of environment keys; one over `secrets` unless given. */
  encryption?: Encryption;
  /** `RBAC_PLUGIN`: a package's name, a path or a `file:` URL. Unset or empty: the fallback controller. */
  plugin?: string | undefined;
  /** Where `plugin` is looked for; the working directory unless given. */
  cwd?: string;
  /** A recorder of one's own, which `close` leaves open; one is made unless given. */
  usage?: UsageRecorder;
  /** Epoch milliseconds; the clock that credentials are judged by. */
  now?: () => number;
}

/** What the webapp asks on every request. */
export interface Rbac extends RbacController {
  /** The host's own lookups, without any role. */
  readonly credentials: CredentialResolvers;
  /** For floods: tells at little cost which tokens cannot be good. */
  readonly screen: Screen;
  /** Writes what is pending and closes the plugin. Leaves the pool open. */
  close(): Promise<void>;
}

/** Makes the controller. Rejects with `RbacPluginError` when a named plugin cannot serve, so that the boot stops. */
export const createRbac = async (options: RbacOptions): Promise<Rbac> => {
  const { pool, secrets, log, now = Date.now } = options;
  const usage =
    options.usage ??
    createUsageRecorder(pool, { now, onError: (error) => log.warn("Last use was not recorded.", { err: error }) });
  const reader = options.reader ?? { query: (statement) => pool.query(statement) };
  const encryption = options.encryption ?? createEncryption(secrets);
  const credentials = createCredentialResolvers({ reader, secrets, encryption, usage, log, now });
  const controller = options.plugin
    ? await createPluginController(options.plugin, credentials, options)
    : createFallbackController(credentials);

  return {
    ...controller,
    credentials,
    screen: createScreen({ reader, secrets, encryption, log, now }),
    async close() {
      await Promise.all([controller.close?.(), options.usage ? null : usage.close()]);
    },
  };
};

const createPluginController = async (
  specifier: string,
  credentials: CredentialResolvers,
  { pool, log, cwd = process.cwd() }: RbacOptions,
): Promise<RbacController> => {
  const witness = createWitness(credentials);
  const query = createPluginQuery(pool);
  const plugin = await loadPlugin({ specifier, cwd, config: { credentials: witness.credentials, query, log } });
  log.info("RBAC plugin loaded.", { plugin: plugin.name, specifier });
  return guardController(plugin, witness);
};
