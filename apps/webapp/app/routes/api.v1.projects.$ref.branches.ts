import { CreateBranchRequestBody, CreateBranchResponseBody, ListBranchesResponseBody } from "@trigger.dev/core/v3";
import { abilityIn } from "../api/ability-in.js";
import { apiRoute } from "../api/api-route.js";
import { branchesOf } from "../api/branches-of.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { notFound } from "../api/errors.js";
import { requireScopeIn } from "../api/require-scope.js";
import { createBranch, listBranches } from "../services/branches.server.js";

const shared = {
  tag: "Environments",
  credentials: ["pat", "uat", "environmentKey"],
  target: "project",
  within: ["preview", "dev"],
} as const;

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    ...shared,
    summary: "List branches",
    description: "Those of preview, and one's own of dev. An environment's key sees its own environment's.",
    permission: scopes("read:branches"),
    answers: { 200: { description: "The branches", schema: ListBranchesResponseBody } },
    async handler({ context, caller, place }) {
      const { scope, slugs } = branchesOf(caller, place.project);
      const readable = slugs.filter((slug) => abilityIn(caller, slug).can(["read:branches"]));
      return { branches: await listBranches(context, scope, readable) };
    },
  }),
  POST: endpoint({
    ...shared,
    summary: "Make a branch",
    description: "A branch is an environment of its own, with its parent's key. Answers the one there is, if there is.",
    permission: scopes("write:branches"),
    body: CreateBranchRequestBody,
    example: { branch: "feature/checkout", env: "preview" },
    answers: { 200: { description: "The branch", schema: CreateBranchResponseBody } },
    handler({ context, caller, place, body }) {
      const { scope, slugs } = branchesOf(caller, place.project);
      if (!slugs.includes(body.env)) throw notFound("Environment");
      requireScopeIn(caller, [body.env], ["write:branches"]);
      return createBranch(context, scope, body);
    },
  }),
});
