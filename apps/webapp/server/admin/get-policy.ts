import { z } from "zod";
import { readOrganizationPolicy } from "../../app/services/organization-policy.server.js";
import { defineCommand } from "./command.js";
import { organization } from "./options.js";
import { policyText } from "./policy-text.js";

export const getPolicyCommand = defineCommand({
  name: "policy get",
  summary: "what an organization asks of the tokens that are used in it",
  options: z.object({ org: organization }),
  examples: ["policy get --org acme --json"],
  run: ({ context }, options) => readOrganizationPolicy(context, options.org),
  print: policyText,
});
