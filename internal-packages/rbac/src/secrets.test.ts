import { createId } from "@trigger.dev/core/ids";
import { createKeyRingEntry, parseKeyRing } from "@trigger.dev/core/jwt";
import { signUserActorToken, verifyUserActorToken } from "@trigger.dev/plugins/rbac";
import { describe, expect, it } from "vitest";
import { createSecrets, verifyWithReload } from "./secrets.js";

describe("a rotated secret", () => {
  const world = () => {
    const [old, fresh] = [createKeyRingEntry(), createKeyRingEntry()];
    let ring = parseKeyRing(old);
    let reloads = 0;
    const secrets = createSecrets({
      ring: () => ring,
      reload: async () => {
        reloads += 1;
        await Promise.resolve();
        const changed = ring.keys.length === 1;
        ring = parseKeyRing(`${fresh},${old}`);
        return changed;
      },
    });
    const sign = (text: string) => {
      const now = Math.floor(Date.now() / 1000);
      const act = { client: "ci", pat: "pat_1" };
      const claims = { sub: "user_1", jti: createId("uat"), iat: now, exp: now + 60, act };
      return signUserActorToken({ ring: parseKeyRing(text), claims });
    };
    const verify = (token: string) =>
      verifyWithReload(secrets, () => verifyUserActorToken(token, { ring: secrets.userActor }));
    return { old, fresh, sign, verify, reloads: () => reloads };
  };

  it("is seen at the first token it signed, and the older key goes on verifying", async () => {
    const { old, fresh, sign, verify, reloads } = world();
    expect(await verify(await sign(old))).toMatchObject({ ok: true });
    expect(reloads()).toBe(0);
    const token = await sign(fresh);
    const answers = await Promise.all([verify(token), verify(token), verify(token)]);
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect(reloads()).toBe(1);
    expect(await verify(await sign(old))).toMatchObject({ ok: true });
  });

  it("costs an unknown key id one look, and then a refusal", async () => {
    const { sign, verify, reloads } = world();
    const stranger = await sign(createKeyRingEntry());
    expect(await verify(stranger)).toMatchObject({ ok: false, reason: "unknown_key" });
    expect(reloads()).toBe(1);
  });
});
