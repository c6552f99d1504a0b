import { hash } from "node:crypto";

/** The SHA-256 of a secret's UTF-8 bytes: what the database keeps of it. */
export const sha256 = (secret: string): Buffer => hash("sha256", secret, "buffer");
