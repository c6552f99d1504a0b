import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import type { Secrets } from "./secrets.js";

const ALGORITHM = "aes-256-gcm";
const PURPOSE = "trigger.dev/sealed-text/v1";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Sealed text that does not open: another context, an unknown key, or tampering. It names none of its content. */
export class SealedTextError extends Error {
  override readonly name = "SealedTextError";
  constructor(readonly code: "malformed" | "unknown_key" | "not_authentic") {
    super(`Sealed text could not be opened: ${code}.`);
  }
}

/** Seals text at rest as `kid.iv.tag.ciphertext` (base64url), with AES-256-GCM under the ring `ENCRYPTION_KEY`. */
export interface Encryption {
  /** `context` says what the text belongs to; it must be given again to open it. */
  seal(text: string, context: string): string;
  /** Rejects with {@link SealedTextError}. An unknown key id triggers one reload of the secrets. */
  open(sealed: string, context: string): Promise<string>;
}

/** The context under which an environment's key is sealed. */
export const environmentKeyContext = (environmentId: string): string => `environment-key/${environmentId}`;

/** The context under which an environment variable's value is sealed. */
export const environmentVariableContext = (environmentId: string, name: string): string =>
  `environment-variable/${environmentId}/${name}`;

/** Makes the one sealer of this instance. Keys are derived (HKDF-SHA256, RFC 5869) once and kept. */
export const createEncryption = (secrets: Secrets): Encryption => {
  const derived = new Map<string, Buffer>();

  const derive = (secret: string): Buffer => {
    const known = derived.get(secret);
    if (known) return known;
    const key = Buffer.from(hkdfSync("sha256", Buffer.from(secret, "utf8"), Buffer.alloc(0), PURPOSE, 32));
    derived.set(secret, key);
    return key;
  };

  const findKey = (kid: string): Buffer | null => {
    const entry = secrets.encryption.keys.find((candidate) => candidate.kid === kid);
    return entry ? derive(entry.secret) : null;
  };

  return {
    seal(text, context) {
      const newest = secrets.encryption.keys[0];
      if (!newest) throw new SealedTextError("unknown_key");
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, derive(newest.secret), iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(context, "utf8"));
      const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return [newest.kid, ...[iv, cipher.getAuthTag(), ciphertext].map((part) => part.toString("base64url"))].join(".");
    },

    async open(sealed, context) {
      const parts = sealed.split(".");
      const [kid, iv, tag, ciphertext] = parts;
      if (parts.length !== 4 || !kid || !iv || !tag || ciphertext === undefined) throw new SealedTextError("malformed");
      const key = findKey(kid) ?? ((await secrets.reload()) ? findKey(kid) : null);
      if (!key) throw new SealedTextError("unknown_key");
      return decrypt({ key, iv, tag, ciphertext, context });
    },
  };
};

interface Sealed {
  key: Buffer;
  iv: string;
  tag: string;
  ciphertext: string;
  context: string;
}

const decrypt = ({ key, iv, tag, ciphertext, context }: Sealed): string => {
  try {
    const options = { authTagLength: TAG_BYTES };
    const decipher = createDecipheriv(ALGORITHM, key, Buffer.from(iv, "base64url"), options);
    decipher.setAAD(Buffer.from(context, "utf8"));
    decipher.setAuthTag(Buffer.from(tag, "base64url"));
    return decipher.update(ciphertext, "base64url", "utf8") + decipher.final("utf8");
  } catch {
    throw new SealedTextError("not_authentic");
  }
};
