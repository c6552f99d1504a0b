import assert from "node:assert/strict";
import { type Ability, createAbility } from "../ability.js";
import type { UserCredential } from "../contract.js";
import { credentialsOf, ENVIRONMENTS, environmentEvidence, personEvidence, SESSION, TYPES } from "./evidence.js";
import { EVERY_SCOPE, someCaps } from "./scopes-to-try.js";
import { allowedOf, peopleOf, setStage, type Stage } from "./stage.js";
import type { ContractCase, ContractPerson, ContractSubject } from "./subject.js";

const SEED = 20_261_122;
const ROUNDS = 60;
const UNKNOWN_ROLE = "no-plugin-has-a-role-of-this-name";
const NONSENSE_ROLES = [
  undefined,
  null,
  "",
  "owner",
  1,
  true,
  [],
  ["owner"],
  {},
  { role: "owner" },
  JSON.parse('{"__proto__": {"organization": "owner"}}'),
];

const isPart = (part: readonly string[], whole: readonly string[], what: string) => {
  const extra = part.filter((scope) => !whole.includes(scope));
  assert.deepEqual(extra, [], what);
};

/** Every ability that a controller answers for a person with a role and caps: of each place, and of each environment. */
async function abilitiesOf(stage: Stage, credential: UserCredential, narrowed: ContractPerson & { caps?: string[][] }) {
  const abilities: Ability[] = [];
  for (const place of [undefined, null, ...ENVIRONMENTS]) {
    const { ability, abilityIn } = await stage.person(personEvidence(credential, place, narrowed));
    abilities.push(ability, ...TYPES.map((type) => abilityIn(type)));
  }
  for (const environment of ENVIRONMENTS) {
    const maxRole = "maxRole" in credential ? credential.maxRole : null;
    const evidence = environmentEvidence(environment, { ...narrowed, maxRole, exchanged: true });
    abilities.push((await stage.environment(evidence)).ability);
  }
  return abilities;
}

/** What whoever is let in may do. */
export const casesOfAbilities = (subject: ContractSubject): ContractCase[] => [
  {
    name: "no role allows what one of the token's caps does not, in no place and by no kind of credential",
    async run() {
      const stage = await setStage(subject);
      const caps = someCaps(ROUNDS, SEED);
      for (const [round, cap] of caps.entries()) {
        const people = peopleOf(subject);
        const person = people[round % people.length];
        const own = round % 3 === 0 ? [cap] : [cap, caps[(round * 7) % ROUNDS] ?? []];
        const most = allowedOf(createAbility(own), EVERY_SCOPE);
        const credential = credentialsOf(null)[round % 2] ?? SESSION;
        for (const ability of await abilitiesOf(stage, credential, { ...person, caps: own }))
          isPart(allowedOf(ability, EVERY_SCOPE), most, `with the caps ${JSON.stringify(own)}`);
      }
    },
  },
  {
    name: "what is granted is allowed, to the granter and by every cap, and what is denied is not",
    async run() {
      const stage = await setStage(subject);
      const requests = someCaps(ROUNDS, SEED + 1);
      const caps = someCaps(ROUNDS, SEED + 2);
      for (const [round, requested] of requests.entries()) {
        const people = peopleOf(subject);
        const person = people[round % people.length];
        const cap = caps[round] ?? [];
        const environment = ENVIRONMENTS[round % 4] ?? assert.fail();
        const { ability } = await stage.person(personEvidence(SESSION, environment, { ...person, caps: [cap] }));
        const { granted, denied } = ability.grant(requested);
        const child = allowedOf(createAbility([granted]), EVERY_SCOPE);
        isPart(child, allowedOf(ability, EVERY_SCOPE), "the ability");
        isPart(child, allowedOf(createAbility([cap]), EVERY_SCOPE), "the cap");
        isPart(child, allowedOf(createAbility([requested]), EVERY_SCOPE), "the request");
        for (const scope of denied) assert.equal(ability.can([scope]), false, `${scope} is denied and allowed`);
        const all = allowedOf(createAbility([ability.grant(undefined).granted]), EVERY_SCOPE);
        isPart(all, allowedOf(ability, EVERY_SCOPE), "all that there is to grant");
      }
    },
  },
  {
    name: "what is exchanged may do no more when it is used than its granter in that environment",
    async run() {
      const stage = await setStage(subject);
      for (const person of peopleOf(subject)) {
        for (const environment of ENVIRONMENTS) {
          const { ability, abilityIn } = await stage.person(personEvidence(SESSION, environment, person));
          const caps = [ability.grant(undefined).granted];
          const used = await stage.environment(environmentEvidence(environment, { ...person, caps, exchanged: true }));
          isPart(allowedOf(used.ability, EVERY_SCOPE), allowedOf(ability, EVERY_SCOPE), environment.type);
          assert.deepEqual(
            allowedOf(abilityIn(environment.type), EVERY_SCOPE),
            allowedOf(ability, EVERY_SCOPE),
            `abilityIn(${environment.type}) is another ability than that of the environment`,
          );
        }
      }
    },
  },
  {
    name: "a highest role never adds, and one that nobody knows leaves no more than there was",
    async run() {
      const stage = await setStage(subject);
      for (const person of peopleOf(subject)) {
        for (const [index, free] of credentialsOf(null).entries()) {
          const before = await abilitiesOf(stage, free, person);
          for (const maxRole of [UNKNOWN_ROLE, "owner", "Owner", "__proto__", ""]) {
            const held = await abilitiesOf(stage, credentialsOf(maxRole)[index] ?? free, person);
            for (const [at, ability] of held.entries()) {
              const most = before[at] ?? assert.fail();
              isPart(
                allowedOf(ability, EVERY_SCOPE),
                allowedOf(most, EVERY_SCOPE),
                `with the highest role "${maxRole}"`,
              );
            }
          }
        }
      }
    },
  },
  {
    name: "an answer of the role function that makes no sense allows no more than the most powerful role",
    async run() {
      const stage = await setStage(subject);
      const [best] = peopleOf(subject);
      const most = await abilitiesOf(stage, SESSION, best);
      for (const role of NONSENSE_ROLES) {
        const abilities = await abilitiesOf(stage, SESSION, { ...best, role });
        for (const [at, ability] of abilities.entries())
          isPart(
            allowedOf(ability, EVERY_SCOPE),
            allowedOf(most[at] ?? assert.fail(), EVERY_SCOPE),
            JSON.stringify(role) ?? "undefined",
          );
      }
    },
  },
  {
    name: "each further role of the list is weaker: no stranger's answer is kept for the next",
    async run() {
      const stage = await setStage(subject);
      const people = peopleOf(subject);
      const all = async () => {
        const found: string[][] = [];
        for (const person of people) {
          const { ability } = await stage.person(personEvidence(SESSION, ENVIRONMENTS[3], person));
          found.push(allowedOf(ability, EVERY_SCOPE));
        }
        return found;
      };
      const first = await all();
      for (const [at, allowed] of first.entries()) isPart(allowed, first[at - 1] ?? EVERY_SCOPE, `role ${at}`);
      assert.deepEqual(await all(), first);
    },
  },
  {
    name: "nothing that is no scope is ever allowed, and neither is nothing at all",
    async run() {
      const stage = await setStage(subject);
      for (const person of peopleOf(subject)) {
        const { ability } = await stage.person(personEvidence(SESSION, ENVIRONMENTS[0], person));
        for (const anyOf of [[], [""], ["admin:"], ["read:all:x"], ["READ:runs"], ["read:__proto__"], ["constructor"]])
          assert.equal(ability.can(anyOf), false, JSON.stringify(anyOf));
      }
    },
  },
  {
    name: "an environment's own key may do what its caps leave, and nothing else decides",
    async run() {
      const stage = await setStage(subject);
      for (const environment of ENVIRONMENTS)
        for (const caps of [[["read:runs"]], [["*:all"], ["write:tasks"]], [[]]]) {
          const { ability } = await stage.environment(environmentEvidence(environment, { caps }));
          isPart(allowedOf(ability, EVERY_SCOPE), allowedOf(createAbility(caps), EVERY_SCOPE), JSON.stringify(caps));
        }
    },
  },
];
