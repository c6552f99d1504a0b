import { SetOrganizationPolicyRequestBody } from "@trigger.dev/core/v3";
import { z } from "zod";
import { readOrganizationPolicy, setOrganizationPolicy } from "../../app/services/organization-policy.server.js";
import { refuse } from "../../app/services/refuse.server.js";
import { defineCommand } from "./command.js";
import { organization } from "./options.js";
import { policyText } from "./policy-text.js";

const RULES = SetOrganizationPolicyRequestBody.keyof();

const number = (description: string) =>
  z
    .string()
    .regex(/^\d{1,9}$/, "must be a whole number")
    .transform(Number)
    .optional()
    .meta({ value: "<number>", description });

const list = (value: string, description: string) =>
  z
    .string()
    .transform((text) => text.split(",").map((part) => part.trim()))
    .optional()
    .meta({ value, description });

export const setPolicyCommand = defineCommand({
  name: "policy set",
  summary: "change rules of an organization's policy, for every token from its next request on",
  options: z.object({
    org: organization,
    maxTokenTtlSeconds: number("the longest life of a user-actor token or an exchanged JWT"),
    defaultCap: list("<scopes>", "what a token without a cap may do at most, comma-separated"),
    allowCaplessTokens: z
      .enum(["yes", "no"])
      .optional()
      .meta({ value: "<yes|no>", description: "whether tokens without a cap are let in where there is no default" }),
    clients: list("<labels>", "the client labels that are let in, comma-separated"),
    mintsPerMinute: number("mints from one personal access token"),
    exchangesPerMinute: number("exchanges of one token"),
    clear: list("<rules>", "rules to take back, such as clients,defaultCap"),
  }),
  examples: [
    "policy set --org acme --max-token-ttl-seconds 86400 --default-cap read:all",
    "policy set --org acme --allow-capless-tokens no --clients ci,nightly-report",
    "policy set --org acme --clear clients",
  ],
  async run({ context, by }, { org, clear = [], allowCaplessTokens, ...given }) {
    for (const rule of clear) {
      if (!RULES.safeParse(rule).success)
        throw refuse("clear", `${JSON.stringify(rule)} is no rule: ${RULES.options.join(", ")}.`);
    }
    const { organization: _slug, ...current } = await readOrganizationPolicy(context, org);
    const changed = {
      ...current,
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
      ...(allowCaplessTokens ? { allowCaplessTokens: allowCaplessTokens === "yes" } : {}),
    };
    const kept = Object.entries(changed).filter(([rule, value]) => value !== null && !clear.includes(rule));
    const rules = SetOrganizationPolicyRequestBody.parse(Object.fromEntries(kept));
    return setOrganizationPolicy(context, { organization: org, rules, by });
  },
  print: policyText,
});
