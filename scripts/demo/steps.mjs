import { expect } from "./ending.mjs";
import { executeAndFail } from "./failing-worker.mjs";

/** @typedef {ReturnType<typeof import("./walker.mjs").createWalker>} Walker */

/** @typedef {{ title: string, walk(walker: Walker): Promise<void> }} Step */

const names = (/** @type {{ scopes?: string[] }} */ refusal, /** @type {string} */ scope) =>
  refusal.scopes?.includes(scope) === true;

/**
 * The main job, one thing after the other. Each step throws when what it shows is not so.
 * @type {readonly Step[]}
 */
export const steps = [
  {
    title: "You hold a personal access token ($PAT). Who are you?",
    async walk({ trigger, bootstrap }) {
      expect((await trigger(["whoami"])).includes(bootstrap.email), "`whoami` did not name the first user.");
    },
  },
  {
    title: "Mint a token that acts as you for an hour, and may read runs",
    async walk({ trigger, value }) {
      await trigger(["mint-token", "--ttl", "3600", "--cap", "read:runs"], { into: "UAT" });
      expect(/^tr_uat_\S+$/.test(value("UAT")), "`mint-token` did not print a token alone.");
    },
  },
  {
    title: "Whoever holds it is you",
    async walk({ curl, bootstrap }) {
      const person = await curl("GET", "/api/v2/whoami", { as: "UAT", expect: 200 });
      expect(person.userId === bootstrap.userId, "The token acts as somebody else.");
      const projects = await curl("GET", "/api/v1/projects", {
        as: "UAT",
        expect: 200,
        pick: { list: "", fields: ["externalRef", "name"] },
      });
      const seen = projects.some(
        (/** @type {{ externalRef: string }} */ { externalRef }) => externalRef === bootstrap.project.ref,
      );
      expect(seen, "The token does not see your project.");
    },
  },
  {
    title: "It cannot mint another, nor fetch an environment's key",
    async walk({ curl, value }) {
      await curl("POST", "/api/v1/auth/user-actor-token", { as: "UAT", expect: 401 });
      const refusal = await curl("GET", `/api/v1/projects/${value("REF")}/dev`, { as: "UAT", expect: 403 });
      expect(names(refusal, "read:apiKeys"), "The refusal does not name read:apiKeys.");
    },
  },
  {
    title: "Exchange it for a token of one environment",
    async walk({ curl, value, keep, bootstrap }) {
      const answer = await curl("POST", `/api/v1/projects/${value("REF")}/dev/jwt`, {
        as: "UAT",
        expect: 200,
      });
      expect(answer.scopes.join() === "read:runs", "The exchange granted something else than read:runs.");
      const claims = JSON.parse(Buffer.from(answer.token.split(".")[1], "base64url").toString());
      expect(claims.act.sub === bootstrap.userId, "The environment's token does not say whom it acts for.");
      keep("JWT", answer.token);
    },
  },
  {
    title: "That one does not trigger; the refusal says which scope would",
    async walk({ curl }) {
      const refusal = await curl("POST", "/api/v1/tasks/hello/trigger", { as: "JWT", expect: 403 });
      expect(names(refusal, "trigger:tasks:hello"), "The refusal does not name trigger:tasks:hello.");
    },
  },
  {
    title: "The environment's own key does",
    async walk({ curl, value, keep }) {
      const { apiKey } = await curl("GET", `/api/v1/projects/${value("REF")}/dev`, { as: "PAT", expect: 200 });
      keep("KEY", apiKey);
      const body = { payload: { name: "Ada" } };
      const { id } = await curl("POST", "/api/v1/tasks/hello/trigger", { as: "KEY", body, expect: 200 });
      keep("RUN", id);
    },
  },
  {
    title: "And the exchanged token reads it",
    async walk({ curl, value }) {
      const { data } = await curl("GET", "/api/v1/runs", {
        as: "JWT",
        expect: 200,
        pick: { list: "data", fields: ["id", "status", "taskIdentifier"] },
      });
      expect(data[0]?.id === value("RUN"), "The run that was triggered is not in the list.");
    },
  },
  {
    title: "Revoke what you minted, and all that came from it is dead at once",
    async walk({ curl, keep }) {
      const { tokens } = await curl("GET", "/api/v1/auth/tokens", {
        as: "PAT",
        expect: 200,
        pick: { list: "tokens", fields: ["id", "kind", "client", "cap"] },
      });
      const minted = tokens.find((/** @type {{ kind: string }} */ { kind }) => kind === "uat");
      expect(minted?.cap.join() === "read:runs", "The minted token is not in your list of tokens.");
      keep("ID", minted.id);
      await curl("DELETE", `/api/v1/auth/tokens/${minted.id}`, { as: "PAT", expect: 204 });
      await curl("GET", "/api/v1/runs", { as: "JWT", expect: 401 });
      await curl("GET", "/api/v2/whoami", { as: "UAT", expect: 401 });
    },
  },
  {
    title: "A worker executes the run, and its code throws: your environment has an error",
    async walk({ origin, trigger, value, bootstrap }) {
      const failed = await executeAndFail(origin, { ref: bootstrap.project.ref, key: value("KEY") });
      expect(failed.includes(value("RUN")), "The worker was not given the run.");
      const run = await trigger(["runs", "get", value("RUN"), "--env", "dev", "-p", value("REF")]);
      expect(/^Status +FAILED$/m.test(run), "The run did not fail.");
    },
  },
  {
    title: "Mint a token for an agent that triages errors, and may do nothing else",
    async walk({ trigger }) {
      const scopes = "read:errors,read:runs,write:errors";
      await trigger(["mint-token", "--ttl", "3600", "--cap", scopes, "--client", "triage-agent"], { into: "AGENT" });
    },
  },
  {
    title: "It lists what is unresolved, and reads where it was thrown",
    async walk({ trigger, keep, value }) {
      const where = ["--env", "dev", "-p", value("REF")];
      const list = await trigger(["errors", "list", ...where, "--status", "unresolved"], { as: "AGENT" });
      const [, first = ""] = list.split("\n");
      keep("ERROR", first.split("\t")[0] ?? "");
      const shown = await trigger(["errors", "get", value("ERROR"), ...where], { as: "AGENT" });
      expect(/^ +at nameOf /m.test(shown), "The error does not show where it was thrown.");
    },
  },
  {
    title: "It resolves it, and your name is on it",
    async walk({ trigger, value, bootstrap }) {
      const where = ["--env", "dev", "-p", value("REF")];
      await trigger(["errors", "resolve", value("ERROR"), ...where], { as: "AGENT" });
      const error = JSON.parse(await trigger(["errors", "get", value("ERROR"), ...where, "--json"], { as: "AGENT" }));
      expect(error.status === "resolved", "The error is not resolved.");
      expect(error.resolvedBy === bootstrap.userId, "Somebody else resolved it.");
      const activity = await trigger(["errors", "activity", value("ERROR"), ...where], { as: "AGENT" });
      expect(activity.includes("triage-agent"), "The activity does not name the token's holder.");
    },
  },
];
