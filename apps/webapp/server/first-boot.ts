import { createPool } from "@trigger.dev/database";
import type { Secrets } from "@trigger.dev/rbac";
import { bootstrap, bootstrapPath, type Bootstrap } from "./bootstrap.js";
import type { Config } from "./config.js";

/** On a database without users, makes the first one and says so on standard output. */
export async function firstBoot(options: { config: Config; secrets: Secrets; databaseUrl: string }): Promise<void> {
  const { config, secrets, databaseUrl } = options;
  const pool = createPool({ url: databaseUrl, max: 1 });
  try {
    const made = await bootstrap({ config, secrets, pool });
    if (made) process.stdout.write(firstBootMessage({ made, config, isTerminal: process.stdout.isTTY }));
  } finally {
    await pool.end();
  }
}

/**
 * What first boot tells whoever started the server. A terminal is told the credentials; anything else may be kept as
 * a log and is told only where they are.
 */
export function firstBootMessage({
  made,
  config,
  isTerminal,
}: {
  made: Bootstrap;
  config: Config;
  isTerminal: boolean;
}): string {
  if (!isTerminal) return `First boot: the first user's credentials are in ${bootstrapPath(config)}\n`;
  return `
First boot. These credentials are also in ${bootstrapPath(config)}

  user                   ${made.email}
  sign in                ${made.signInUrl}
  personal access token  ${made.personalAccessToken}
  project                ${made.project.ref}

Try, in another terminal:

  export TRIGGER_API_URL=${config.appOrigin} TRIGGER_ACCESS_TOKEN=${made.personalAccessToken}
  npx trigger.dev whoami
  npx trigger.dev mint-token --ttl 3600 --cap read:runs

`;
}
