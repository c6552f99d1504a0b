import { join } from "node:path";
import { createId } from "@trigger.dev/core/ids";
import { createEncryption, type Secrets } from "@trigger.dev/rbac";
import type { Pool, PoolClient } from "pg";
import { loadAuditKey } from "../app/audit/audit-key.server.js";
import type { Loss } from "../app/audit/report-lost.server.js";
import { sealingAfter } from "../app/audit/sealing-after.server.js";
import { createOrganization } from "../app/services/create-organization.server.js";
import { createPersonalAccessToken } from "../app/services/create-personal-access-token.server.js";
import { createProject, type EnvironmentKeys } from "../app/services/create-project.server.js";
import { createSignInLink } from "../app/services/create-sign-in-link.server.js";
import { createUser } from "../app/services/create-user.server.js";
import { inTransaction, type ChangedBy, type SealingContext } from "../app/services/operation.server.js";
import { appendLosses } from "./audit-losses-file.js";
import type { Config } from "./config.js";
import { writePrivateFile } from "./private-file.js";

/** What `DATA_DIR/bootstrap.json` holds. */
export interface Bootstrap {
  email: string;
  userId: string;
  personalAccessToken: string;
  organization: { slug: string };
  project: { ref: string };
  environments: EnvironmentKeys;
  signInUrl: string;
}

/** Any number, the same in every version: servers that boot at the same time on one database take turns. */
const ADVISORY_LOCK = 727_363_001;

const BY: ChangedBy = { userId: null, credential: { kind: "bootstrap" } };

export interface BootstrapOptions {
  config: Config;
  secrets: Secrets;
  pool: Pool;
}

/** Where the first user's credentials are written. */
export const bootstrapPath = (config: Pick<Config, "dataDir">): string => join(config.dataDir, "bootstrap.json");

/**
 * First boot: makes the first user with an organization, a project and a personal access token, and writes
 * `bootstrap.json`. Answers it, or null when the database has users already. A boot that is killed on the way has
 * made nothing, and the next one begins again.
 */
export async function bootstrap({ config, secrets, pool }: BootstrapOptions): Promise<Bootstrap | null> {
  const encryption = createEncryption(secrets);
  const auditKey = await loadAuditKey(pool, encryption);
  const make = async (transaction: PoolClient): Promise<Bootstrap | null> => {
    await transaction.query("SELECT pg_advisory_xact_lock($1)", [ADVISORY_LOCK]);
    const { rows } = await transaction.query<{ populated: boolean }>(`SELECT EXISTS (SELECT FROM "user") AS populated`);
    if (rows[0]?.populated) return null;
    const requestId = createId("req");
    const context = { config, pool, transaction, encryption, auditKey, requestId, clientAddress: "local" };
    const made = await makeFirstUser(context);
    // Before the commit: a file of a boot that failed is written anew, a token that nobody could read would be lost.
    writePrivateFile(bootstrapPath(config), `${JSON.stringify(made, null, 2)}\n`);
    return made;
  };
  const onLost = (losses: readonly Loss[]) => appendLosses(config, losses);
  return sealingAfter({ pool, auditKey, onLost }, (witness) => inTransaction({ pool, witness }, make));
}

async function makeFirstUser(context: SealingContext & { config: Config }): Promise<Bootstrap> {
  const { userId, email } = await createUser(context, { email: context.config.bootstrapEmail, by: BY });
  const { organizationId, slug } = await createOrganization(context, {
    slug: "main",
    title: "Main",
    ownerUserId: userId,
    by: BY,
  });
  const { ref, environments } = await createProject(context, {
    organizationId,
    name: "First project",
    devOf: userId,
    by: BY,
  });
  const { token } = await createPersonalAccessToken(context, { userId, name: "bootstrap", by: BY });
  const { signInUrl } = await createSignInLink(context, { userId, by: BY });
  return {
    email,
    userId,
    personalAccessToken: token,
    organization: { slug },
    project: { ref },
    environments,
    signInUrl,
  };
}
