import assert from "node:assert/strict";
import type { Ability } from "../ability.js";
import type {
  CredentialResolvers,
  EnvironmentAuthentication,
  EnvironmentEvidence,
  RbacController,
  RefusalReason,
  Resolved,
  UserAuthentication,
  UserEvidence,
} from "../contract.js";
import type { ContractPerson, ContractSubject } from "./subject.js";

export const TOKEN = "a-token-of-the-contract-suite";
export const REQUEST = { target: { kind: "none" } } as const;

/** The host as the suite plays it: it has verified whatever it is told that it has. */
export interface Stage {
  controller: RbacController;
  /** Which lookups were made for which token, since the last look. */
  lookups(): { kind: keyof CredentialResolvers; token: string }[];
  person(evidence: UserEvidence): Promise<UserAuthentication>;
  environment(evidence: EnvironmentEvidence): Promise<EnvironmentAuthentication>;
  refuse(kind: keyof CredentialResolvers, reason: RefusalReason): Promise<unknown>;
}

const METHODS = {
  personalAccessToken: "authenticatePersonalAccessToken",
  userActor: "authenticateUserActor",
  session: "authenticateSession",
  bearer: "authenticateBearer",
} as const satisfies Record<keyof CredentialResolvers, keyof RbacController>;

const KIND_OF = { pat: "personalAccessToken", uat: "userActor", session: "session" } as const;

/** Creates the plugin's controller over a host of the suite's. */
export async function setStage({ plugin, query }: ContractSubject): Promise<Stage> {
  let people: Resolved<UserEvidence> = { ok: false, reason: "unknown" };
  let environments: Resolved<EnvironmentEvidence> = { ok: false, reason: "unknown" };
  let made: { kind: keyof CredentialResolvers; token: string }[] = [];
  const lookup =
    <Answer>(kind: keyof CredentialResolvers, answer: () => Answer) =>
    async (token: string): Promise<Answer> => {
      made.push({ kind, token });
      return answer();
    };
  const controller = await plugin.create({
    credentials: {
      personalAccessToken: lookup("personalAccessToken", () => people),
      userActor: lookup("userActor", () => people),
      session: lookup("session", () => people),
      bearer: lookup("bearer", () => environments),
    },
    query: query ?? (async () => []),
    log: { info() {}, warn() {}, error() {} },
  });
  return {
    controller,
    lookups() {
      const before = made;
      made = [];
      return before;
    },
    async person(evidence) {
      people = { ok: true, evidence };
      const method = METHODS[KIND_OF[evidence.credential.kind]];
      const answer = await controller[method](TOKEN, REQUEST);
      assert(answer.ok && "abilityIn" in answer.authentication, "a verified credential of a person was refused");
      return answer.authentication;
    },
    async environment(evidence) {
      environments = { ok: true, evidence };
      const answer = await controller.authenticateBearer(TOKEN, REQUEST);
      assert(answer.ok, "a verified credential of an environment was refused");
      return answer.authentication;
    },
    async refuse(kind, reason) {
      people = { ok: false, reason };
      environments = { ok: false, reason };
      return controller[METHODS[kind]](TOKEN, REQUEST);
    },
  };
}

/** Everything that one may do, of what `scopes` names. */
export const allowedOf = ({ can }: Ability, scopes: readonly string[]): string[] =>
  scopes.filter((scope) => can([scope]));

/** The people to try; there is one at least. */
export const peopleOf = ({ people }: ContractSubject): readonly [ContractPerson, ...ContractPerson[]] => {
  const [first = {}, ...rest] = people ?? [];
  return [first, ...rest];
};
