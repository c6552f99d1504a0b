import type { CommonOptions } from "../common-options.js";
import { isLabel } from "../label.js";
import { type Session, withSession } from "../session.js";
import { jsonLine, oneLine } from "../terminal-text.js";
import { parseTtl } from "../ttl.js";
import { CommandFailure, UsageError } from "../usage-error.js";

export interface MintTokenOptions extends CommonOptions {
  ttl?: string;
  cap?: string[];
  client: string;
  json?: boolean;
}

/** Mints a user-actor token and prints it, alone, on standard output. */
export async function mintToken(options: MintTokenOptions): Promise<void> {
  const ttlSeconds = options.ttl === undefined ? undefined : parseTtl(options.ttl);
  if (!isLabel(options.client, 255)) {
    throw new UsageError("--client takes 1 to 255 characters, without control characters.");
  }
  await withSession(options, async (session) => {
    const { client, terminal, connection } = session;
    if (connection.accessToken.startsWith("tr_uat_")) {
      throw new CommandFailure("A user-actor token cannot mint another. Use a personal access token (tr_pat_…).");
    }
    const minted = await client.mintUserActorToken({ ttlSeconds, cap: options.cap, client: options.client });
    if (!/^[!-~]+$/.test(minted.token))
      throw new CommandFailure(`${connection.apiUrl} answered with something that is no token.`);
    describe(session, minted, options);
    const { token, id, expiresAt, expiresInSeconds, cap } = minted;
    terminal.result(
      options.json ? jsonLine({ token, id, expiresAt, expiresInSeconds, cap, client: options.client }) : token,
    );
  });
}

function describe(
  { terminal }: Session,
  minted: { cap: string[] | null; expiresAt: string },
  options: MintTokenOptions,
) {
  if (minted.cap === null) {
    terminal.warn("Warning: this token can do all that you can. Narrow it with --cap, for example --cap read:runs.");
  } else if (options.cap === undefined) {
    terminal.note(oneLine(`The server capped this token to ${minted.cap.join(", ")}.`));
  }
  if (process.stderr.isTTY) terminal.note(oneLine(`Valid until ${minted.expiresAt}.`));
}
