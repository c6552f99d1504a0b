import type { PluginLog } from "@trigger.dev/plugins/rbac";
import { SealedTextError, type Encryption } from "../encryption.js";

const KEPT = 1_000;

/**
 * Opens environments' sealed keys, keeping the last thousand: sealed text never changes what it opens to, and
 * whether a key is live is asked of the database each time. Answers null for one that does not open, and logs it.
 */
export const createKeyOpener = (encryption: Encryption, log: PluginLog) => {
  const opened = new Map<string, string>();
  return async (sealed: string, context: string): Promise<string | null> => {
    const memo = `${context} ${sealed}`;
    const known = opened.get(memo);
    if (known !== undefined) return known;
    const key = await encryption.open(sealed, context).catch((error: unknown) => {
      if (!(error instanceof SealedTextError)) throw error;
      log.error("An environment's key does not open under ENCRYPTION_KEY.", { context, code: error.code });
      return null;
    });
    if (key === null) return null;
    if (opened.size >= KEPT) {
      const [oldest] = opened.keys();
      if (oldest !== undefined) opened.delete(oldest);
    }
    opened.set(memo, key);
    return key;
  };
};
