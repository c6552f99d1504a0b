import type { ChangeOrganizationPolicyRequestBody, OrganizationPolicyResponseBody } from "@trigger.dev/core/v3";
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
  return withOrganization(options, async (session) =>
    print(session, await session.client.changeOrganizationPolicy(session.org, changes), options.json),
  );
}

const isRule = (text: string): text is (typeof RULES)[number] => RULES.some((rule) => rule === text);

function readChanges(options: SetPolicyOptions): ChangeOrganizationPolicyRequestBody {
  const { maxTokenTtl, defaultCap, capless, allowedClient, mintsPerMinute, exchangesPerMinute } = options;
  const clear = options.clear?.map((rule) => {
    if (!isRule(rule)) throw new UsageError(`--clear takes rules of ${RULES.join(", ")}.`);
    return rule;
  });
  const changes = Object.entries({
    maxTokenTtlSeconds: given(maxTokenTtl, parseTtl),
    defaultCap,
    allowCaplessTokens: given(capless, (word) => word === "yes"),
    clients: allowedClient,
    mintsPerMinute: given(mintsPerMinute, (text) => number("--mints-per-minute", text)),
    exchangesPerMinute: given(exchangesPerMinute, (text) => number("--exchanges-per-minute", text)),
    clear,
  }).filter(([, change]) => change !== undefined);
  if (changes.length === 0) throw new UsageError("Say which rule to change.");
  return Object.fromEntries(changes);
}

const given = <Value>(text: string | undefined, read: (text: string) => Value): Value | undefined =>
  text === undefined ? undefined : read(text);

function number(option: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`${option} takes a whole number from 1.`);
  return Number(text);
}
