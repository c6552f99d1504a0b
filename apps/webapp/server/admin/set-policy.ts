import { ChangeOrganizationPolicyRequestBody, SetOrganizationPolicyRequestBody } from "@trigger.dev/core/v3";
import { z } from "zod";
import { changeOrganizationPolicy } from "../../app/services/organization-policy.server.js";
import { refuse } from "../../app/services/refuse.server.js";
import { defineCommand } from "./command.js";
import { organization } from "./options.js";
import { policyText } from "./policy-text.js";

const RULE = z.enum(SetOrganizationPolicyRequestBody.keyof().options, {
  error: ({ input }) =>
    `${JSON.stringify(input)} is no rule: ${SetOrganizationPolicyRequestBody.keyof().options.join(", ")}`,
});

const number = (description: string) =>
  z
    .string()
    .regex(/^\d{1,9}$/, "must be a whole number")
    .transform(Number)
    .optional()
    .meta({ value: "<number>", description });

const list = <Item extends z.ZodType<string, string>>(value: string, description: string, item: Item) =>
  z
    .string()
    .transform((text) => text.split(",").map((part) => part.trim()))
    .pipe(z.array(item))
    .optional()
    .meta({ value, description });

export const setPolicyCommand = defineCommand({
  name: "policy set",
  summary: "change rules of an organization's policy, for every token from its next request on",
  options: z.object({
    org: organization,
    maxTokenTtlSeconds: number("the longest life of a user-actor token or an exchanged JWT"),
    defaultCap: list("<scopes>", "what a token without a cap may do at most, comma-separated", z.string()),
    allowCaplessTokens: z
      .enum(["yes", "no"])
      .optional()
      .meta({ value: "<yes|no>", description: "whether tokens without a cap are let in where there is no default" }),
    clients: list("<labels>", "the client labels that are let in, comma-separated", z.string()),
    mintsPerMinute: number("mints from one personal access token"),
    exchangesPerMinute: number("exchanges of one token"),
    clear: list("<rules>", "rules to take back, such as clients,defaultCap", RULE),
  }),
  examples: [
    "policy set --org acme --max-token-ttl-seconds 86400 --default-cap read:all",
    "policy set --org acme --allow-capless-tokens no --clients ci,nightly-report",
    "policy set --org acme --clear clients",
  ],
  run({ context, by }, { org, allowCaplessTokens, ...given }) {
    const capless = allowCaplessTokens ? { allowCaplessTokens: allowCaplessTokens === "yes" } : {};
    const named = { ...given, ...capless };
    if (Object.values(named).every((value) => value === undefined)) throw refuse("rule", "Say which rule to change.");
    const changes = ChangeOrganizationPolicyRequestBody.parse(named);
    return changeOrganizationPolicy(context, { organization: org, changes, by });
  },
  print: policyText,
});
