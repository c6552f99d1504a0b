import { parseKeyRing, type KeyRing } from "@trigger.dev/core/jwt";

/** The names of the four key rings, as they stand in the environment and in `secrets.json`. */
export const SECRET_NAMES = [
  "USER_ACTOR_SECRET",
  "ENVIRONMENT_JWT_SECRET",
  "SESSION_SECRET",
  "ENCRYPTION_KEY",
] as const;

export type SecretName = (typeof SECRET_NAMES)[number];

/** Where key rings come from: the environment or a file. */
export interface SecretSource {
  /** The ring as it stands now. The same object until it changes, so that imported keys are kept. */
  ring(name: SecretName): KeyRing;
  /** Looks whether the source changed (a file's mtime, say) and reads it again if so. Answers whether it did. */
  reload?(): Promise<boolean>;
}

/** The key rings of this instance, live: each read sees what the source holds now. */
export interface Secrets {
  readonly userActor: KeyRing;
  readonly environmentJwt: KeyRing;
  readonly session: KeyRing;
  readonly encryption: KeyRing;
  /** Asks the source for newer rings; concurrent calls share one look. Answers whether anything changed. */
  reload(): Promise<boolean>;
}

/** Wraps a source so that its rings have names and its reloads are shared. */
export const createSecrets = (source: SecretSource): Secrets => {
  let reloading: Promise<boolean> | null = null;
  return {
    get userActor() {
      return source.ring("USER_ACTOR_SECRET");
    },
    get environmentJwt() {
      return source.ring("ENVIRONMENT_JWT_SECRET");
    },
    get session() {
      return source.ring("SESSION_SECRET");
    },
    get encryption() {
      return source.ring("ENCRYPTION_KEY");
    },
    reload() {
      if (!source.reload) return Promise.resolve(false);
      reloading ??= source.reload().finally(() => {
        reloading = null;
      });
      return reloading;
    },
  };
};

/** A source over ring texts (`kid:secret[,kid:secret…]`) that never changes. Throws what `parseKeyRing` throws. */
export const createStaticSecretSource = (texts: Record<SecretName, string>): SecretSource => {
  const rings = {
    USER_ACTOR_SECRET: parseKeyRing(texts.USER_ACTOR_SECRET),
    ENVIRONMENT_JWT_SECRET: parseKeyRing(texts.ENVIRONMENT_JWT_SECRET),
    SESSION_SECRET: parseKeyRing(texts.SESSION_SECRET),
    ENCRYPTION_KEY: parseKeyRing(texts.ENCRYPTION_KEY),
  };
  return { ring: (name) => rings[name] };
};

/**
 * Runs a verification, and once more after a reload when it failed for a key id that is not in the ring:
 * so another process can rotate a secret without an outage here.
 */
export const verifyWithReload = async <Result extends { ok: true } | { ok: false; reason: string }>(
  secrets: Secrets,
  verify: () => Promise<Result>,
): Promise<Result> => {
  const first = await verify();
  if (first.ok || first.reason !== "unknown_key") return first;
  return (await secrets.reload()) ? verify() : first;
};
