import type { OrganizationPolicyResponseBody, SetOrganizationPolicyRequestBody } from "@trigger.dev/core/v3";
import { type OrganizationOptions, type OrganizationSession, withOrganization } from "../organization-session.js";
import { printTable } from "../print-table.js";
import { jsonLine } from "../terminal-text.js";
import { parseTtl } from "../ttl.js";
import { UsageError } from "../usage-error.js";

const RULES = [
  "maxTokenTtlSeconds",
  "defaultCap",
  "allowCaplessTokens",
  "clients",
  "mintsPerMinute",
  "exchangesPerMinute",
] as const;

type Rules = Partial<Omit<OrganizationPolicyResponseBody, "organization">>;

async function print({ terminal }: OrganizationSession, policy: OrganizationPolicyResponseBody, json?: boolean) {
  if (json) return terminal.result(jsonLine(policy));
  const text = (value: unknown) =>
    value === null ? "not set" : Array.isArray(value) ? value.join(", ") : String(value);
  await printTable(
    terminal,
    ["Rule", "Value"],
    RULES.map((rule) => [rule, text(policy[rule])]),
  );
}

/** Prints an organization's policy. */
export function getPolicy(options: OrganizationOptions): Promise<void> {
  return withOrganization(options, async (session) =>
    print(session, await session.client.getOrganizationPolicy(session.org), options.json),
  );
}

export interface SetPolicyOptions extends OrganizationOptions {
  maxTokenTtl?: string;
  defaultCap?: string[];
  capless?: string;
  allowedClient?: string[];
  mintsPerMinute?: string;
  exchangesPerMinute?: string;
  clear?: string[];
}

/** Changes some rules of an organization's policy; the others stay. */
export function setPolicy(options: SetPolicyOptions): Promise<void> {
  const changes = readChanges(options);
  return withOrganization(options, async (session) => {
    const { client, org } = session;
    const changed: Rules = { ...(await client.getOrganizationPolicy(org)), ...changes };
    await print(session, await client.setOrganizationPolicy(org, withoutNull(changed)), options.json);
  });
}

const isRule = (text: string): text is (typeof RULES)[number] => RULES.some((rule) => rule === text);

function readChanges({
  maxTokenTtl,
  defaultCap,
  capless,
  allowedClient,
  clear = [],
  ...rates
}: SetPolicyOptions): Rules {
  const { mintsPerMinute, exchangesPerMinute } = rates;
  const cleared = clear.map((rule) => {
    if (!isRule(rule)) throw new UsageError(`--clear takes rules of ${RULES.join(", ")}.`);
    return [rule, rule === "allowCaplessTokens" ? true : null] as const;
  });
  const changes: Rules = {
    ...Object.fromEntries(cleared),
    ...(maxTokenTtl === undefined ? {} : { maxTokenTtlSeconds: parseTtl(maxTokenTtl) }),
    ...(defaultCap === undefined ? {} : { defaultCap }),
    ...(capless === undefined ? {} : { allowCaplessTokens: capless === "yes" }),
    ...(allowedClient === undefined ? {} : { clients: allowedClient }),
    ...(mintsPerMinute === undefined ? {} : { mintsPerMinute: number("--mints-per-minute", mintsPerMinute) }),
    ...(exchangesPerMinute === undefined
      ? {}
      : { exchangesPerMinute: number("--exchanges-per-minute", exchangesPerMinute) }),
  };
  if (Object.keys(changes).length === 0) throw new UsageError("Say which rule to change.");
  return changes;
}

function number(option: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`${option} takes a whole number from 1.`);
  return Number(text);
}

const withoutNull = ({ allowCaplessTokens, ...rules }: Rules): SetOrganizationPolicyRequestBody => ({
  allowCaplessTokens,
  maxTokenTtlSeconds: rules.maxTokenTtlSeconds ?? undefined,
  defaultCap: rules.defaultCap ?? undefined,
  clients: rules.clients ?? undefined,
  mintsPerMinute: rules.mintsPerMinute ?? undefined,
  exchangesPerMinute: rules.exchangesPerMinute ?? undefined,
});
