import { hash, verify } from "@node-rs/argon2";

/** OWASP's Argon2id minimum: 19 MiB, two passes; about 30 ms. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const MIN_PASSWORD_LENGTH = 12;
export const MAX_PASSWORD_LENGTH = 256;

/** An Argon2id hash as a PHC string, with a salt of its own. */
export const hashPassword = (password: string): Promise<string> => hash(password.normalize("NFKC"), COST);

let decoy: Promise<string> | null = null;

/**
 * Whether `password` is the one that was hashed. Without a hash (no such person, or no password set) it is false,
 * after the same work: how long it takes tells nobody which emails are known.
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword("nobody has this password");
  const matches = await verify(passwordHash ?? (await decoy), password.slice(0, MAX_PASSWORD_LENGTH).normalize("NFKC"));
  return matches && passwordHash !== null;
}
