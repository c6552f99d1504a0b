import { createKeyRingEntry, parseKeyRing, type KeyRing } from "@trigger.dev/core/jwt";
import { describe, expect, it } from "vitest";
import { createEncryption, environmentKeyContext, environmentVariableContext, SealedTextError } from "./encryption.js";
import { createSecrets, createStaticSecretSource, type SecretSource } from "./secrets.js";
import { createTestSecrets } from "./test-world/world.js";

const CONTEXT = environmentKeyContext("env_1");

describe("sealed text", () => {
  it("opens in its own context, and is another text each time", async () => {
    const encryption = createEncryption(createTestSecrets());
    for (const text of ["", "tr_prod_secret", "ключ 🔑", "x".repeat(100_000)]) {
      const sealed = encryption.seal(text, CONTEXT);
      expect(sealed).not.toBe(encryption.seal(text, CONTEXT));
      expect(await encryption.open(sealed, CONTEXT)).toBe(text);
    }
    expect(encryption.seal("tr_prod_secret", CONTEXT)).toMatch(/^[\w-]+\.[\w-]{16}\.[\w-]{22}\.[\w-]+$/);
  });

  it("opens in no other context, under no other secret, and not when a bit is flipped", async () => {
    const encryption = createEncryption(createTestSecrets());
    const sealed = encryption.seal("tr_prod_secret", CONTEXT);
    const refused = (text: string, context = CONTEXT) =>
      expect(encryption.open(text, context)).rejects.toThrow(SealedTextError);
    await refused(sealed, environmentKeyContext("env_2"));
    await refused(sealed, environmentVariableContext("env_1", ""));
    const [kid, iv, tag, ciphertext] = sealed.split(".");
    await refused([kid, tag?.slice(0, 16), tag, ciphertext].join("."));
    await refused([kid, iv, tag?.slice(0, 8), ciphertext].join("."));
    await refused([kid, iv, tag, `${ciphertext?.startsWith("A") ? "B" : "A"}${ciphertext?.slice(1)}`].join("."));
    await refused(["other", iv, tag, ciphertext].join("."));
    for (const text of ["", ".", "...", "a.b", `${sealed}.x`]) await refused(text);
    await expect(createEncryption(createTestSecrets()).open(sealed, CONTEXT)).rejects.toThrow(/could not be opened/);
  });

  it("of an older key opens after a rotation, here and in a process that has not seen it yet", async () => {
    const [old, fresh] = [createKeyRingEntry(), createKeyRingEntry()];
    const before = rotating(old, `${fresh},${old}`);
    const after = createEncryption(createSecrets(rotating(`${fresh},${old}`, "")));
    const sealedBefore = createEncryption(createSecrets(before)).seal("text", CONTEXT);
    expect(await after.open(sealedBefore, CONTEXT)).toBe("text");
    const sealedAfter = after.seal("text", CONTEXT);
    expect(sealedAfter.split(".")[0]).toBe(fresh.split(":")[0]);
    expect(await createEncryption(createSecrets(before)).open(sealedAfter, CONTEXT)).toBe("text");
  });
});

const rotating = (first: string, second: string): SecretSource => {
  const entry = createKeyRingEntry();
  const others = createStaticSecretSource({
    USER_ACTOR_SECRET: entry,
    ENVIRONMENT_JWT_SECRET: entry,
    SESSION_SECRET: entry,
    ENCRYPTION_KEY: entry,
  });
  let ring: KeyRing = parseKeyRing(first);
  return {
    ring: (name) => (name === "ENCRYPTION_KEY" ? ring : others.ring(name)),
    reload: async () => {
      ring = parseKeyRing(second);
      return true;
    },
  };
};
