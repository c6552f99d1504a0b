import { createHash, randomBytes } from "node:crypto";

/** 256 random bits as 43 base64url characters, for cookies and links. */
export const createSecret = (): string => randomBytes(32).toString("base64url");

/** What the database keeps of a secret: the SHA-256 of its UTF-8 bytes. */
export const hashSecret = (secret: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash("sha256").update(secret, "utf8").digest());
