import assert from "node:assert/strict";
import type { CredentialResolvers, RefusalReason } from "../contract.js";
import { credentialsOf, ENVIRONMENTS, environmentEvidence, personEvidence, SESSION, USER } from "./evidence.js";
import { peopleOf, setStage, TOKEN } from "./stage.js";
import type { ContractCase, ContractSubject } from "./subject.js";

const KINDS: readonly (keyof CredentialResolvers)[] = ["personalAccessToken", "userActor", "session", "bearer"];
const REASONS: readonly RefusalReason[] = [
  "unknown",
  "revoked",
  "expired",
  "parent_revoked",
  "not_a_member",
  "malformed",
];

/** Who is let in, and as whom. */
export const casesOfController = (subject: ContractSubject): ContractCase[] => [
  {
    name: "create answers a controller with a name and a method for each kind of credential",
    async run() {
      const { controller } = await setStage(subject);
      assert(controller.name.length > 0, "the name is empty");
      for (const method of [
        "authenticatePersonalAccessToken",
        "authenticateUserActor",
        "authenticateSession",
        "authenticateBearer",
      ] as const)
        assert.equal(typeof controller[method], "function", method);
    },
  },
  {
    name: "create can run again over the same database, as it does in every process",
    async run() {
      const [one, two] = await Promise.all([setStage(subject), setStage(subject)]);
      assert.equal(one.controller.name, two.controller.name);
    },
  },
  {
    name: "a refusal of the host's is passed on as it is",
    async run() {
      const stage = await setStage(subject);
      for (const kind of KINDS)
        for (const reason of REASONS) assert.deepEqual(await stage.refuse(kind, reason), { ok: false, reason });
    },
  },
  {
    name: "each kind of credential is looked up as that kind, once, by the token that was presented",
    async run() {
      const stage = await setStage(subject);
      stage.lookups();
      for (const kind of KINDS) {
        await stage.refuse(kind, "unknown");
        assert.deepEqual(stage.lookups(), [{ kind, token: TOKEN }]);
      }
    },
  },
  {
    name: "whoever is let in is the very person, credential and place that the host verified",
    async run() {
      const stage = await setStage(subject);
      for (const person of peopleOf(subject)) {
        for (const credential of [...credentialsOf(null), SESSION]) {
          for (const place of [undefined, null, ...ENVIRONMENTS]) {
            const evidence = personEvidence(credential, place, person);
            const answered = await stage.person(evidence);
            assert.deepEqual(answered.user, USER);
            assert.deepEqual(answered.credential, credential);
            assert.deepEqual(answered.place, evidence.place);
            assert.equal(answered.missing, null);
          }
        }
        for (const environment of ENVIRONMENTS) {
          const answered = await stage.environment(environmentEvidence(environment, { ...person, exchanged: true }));
          assert.deepEqual(answered.environment, environment);
          assert.deepEqual(answered.user, USER);
        }
      }
    },
  },
  {
    name: "who asks at the same time gets their own answer",
    async run() {
      const stage = await setStage(subject);
      const caps = [[["read:runs"]], [["write:tasks"]], [[]]];
      const answers = await Promise.all(
        caps.map((own) => stage.environment(environmentEvidence(ENVIRONMENTS[0] ?? assert.fail(), { caps: own }))),
      );
      for (const answer of answers) assert.equal(answer.user, null);
    },
  },
];
