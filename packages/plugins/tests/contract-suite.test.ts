import { describe, expect, it } from "vitest";
import {
  type Ability,
  createAbility,
  type EnvironmentEvidence,
  type RbacPlugin,
  type UserEvidence,
} from "../src/index.js";
import { contractCases } from "../src/rbac/contract-suite/index.js";

type Evidence = UserEvidence | EnvironmentEvidence;

/** A plugin for which `role` is one more cap, and what a broken one does otherwise. */
const pluginThat = (
  broken: {
    ability?: (evidence: Evidence) => Ability;
    abilityIn?: (evidence: UserEvidence) => Ability;
    answer?: (evidence: Evidence) => object;
    refusal?: object;
    asksTwice?: boolean;
  } = {},
): RbacPlugin => ({
  create({ credentials }) {
    const abilityOf = (evidence: Evidence) =>
      broken.ability?.(evidence) ??
      createAbility(evidence.role === "reader" ? [...evidence.caps, ["read:all"]] : evidence.caps);
    const decide = <Answer>(resolved: { ok: true; evidence: Evidence } | { ok: false; reason: string }): Answer => {
      // What a broken plugin answers has no type.
      const answer: unknown = resolved.ok
        ? {
            ok: true,
            authentication: {
              ...resolved.evidence,
              ability: abilityOf(resolved.evidence),
              abilityIn: () =>
                broken.abilityIn && "place" in resolved.evidence
                  ? broken.abilityIn(resolved.evidence)
                  : abilityOf(resolved.evidence),
              ...broken.answer?.(resolved.evidence),
            },
          }
        : (broken.refusal ?? resolved);
      return answer as Answer;
    };
    return {
      name: "probe",
      async authenticatePersonalAccessToken(token, request) {
        if (broken.asksTwice) await credentials.session(token, request);
        return decide(await credentials.personalAccessToken(token, request));
      },
      authenticateUserActor: async (token, request) => decide(await credentials.userActor(token, request)),
      authenticateSession: async (secret, request) => decide(await credentials.session(secret, request)),
      authenticateBearer: async (token, request) => decide(await credentials.bearer(token, request)),
    };
  },
});

const failuresOf = async (plugin: RbacPlugin): Promise<string[]> => {
  const failed: string[] = [];
  for (const { name, run } of contractCases({ plugin, people: [{ role: "owner" }, { role: "reader" }] }))
    await run().catch(() => failed.push(name));
  return failed;
};

let kept: Ability | undefined;

describe("the suite of the contract", () => {
  it("passes a plugin that keeps to it", async () => {
    expect(await failuresOf(pluginThat())).toEqual([]);
  });

  it.each<[string, RbacPlugin, RegExp]>([
    [
      "forgets the caps",
      pluginThat({ ability: () => createAbility([]) }),
      /no role allows what one of the token's caps/,
    ],
    [
      "grants more than it allows",
      pluginThat({
        ability: ({ caps }) => ({ ...createAbility(caps), grant: () => ({ granted: ["admin"], denied: [] }) }),
      }),
      /what is granted is allowed/,
    ],
    ["is wider across environments", pluginThat({ abilityIn: () => createAbility([]) }), /exchanged|caps/],
    ["keeps an answer", pluginThat({ ability: ({ caps }) => (kept ??= createAbility(caps)) }), /./],
    ["lets in who was refused", pluginThat({ refusal: { ok: false, reason: "unknown" } }), /passed on as it is/],
    ["answers another person", pluginThat({ answer: () => ({ user: { id: "x" } }) }), /the very person/],
    [
      "allows what is no scope",
      pluginThat({ ability: ({ caps }) => ({ ...createAbility(caps), can: (anyOf) => anyOf.length === 0 }) }),
      /nothing that is no scope/,
    ],
    ["looks up another kind", pluginThat({ asksTwice: true }), /looked up as that kind, once/],
    [
      "takes a highest role for a higher one",
      pluginThat({
        ability: ({ caps, credential }) =>
          createAbility("maxRole" in credential && credential.maxRole === "owner" ? [] : [...caps, ["read:all"]]),
      }),
      /a highest role never adds/,
    ],
    [
      "gives a broken answer of its function more",
      pluginThat({ ability: ({ caps, role }) => createAbility(role === "owner" ? [...caps, ["read:all"]] : caps) }),
      /each further role|makes no sense/,
    ],
  ])("fails one that %s", async (_what, plugin, sentence) => {
    expect((await failuresOf(plugin)).join("\n")).toMatch(sentence);
  });
});
