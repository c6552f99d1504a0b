import type { OrganizationPolicyResponseBody } from "@trigger.dev/core/v3";

/** A policy for a person to read: a rule a line. */
export function policyText({ organization, ...rules }: OrganizationPolicyResponseBody): string {
  const lines = Object.entries(rules).map(
    ([rule, value]) => `  ${rule}: ${value === null ? "not set" : String(value)}`,
  );
  return [`The policy of ${organization}:`, ...lines].join("\n");
}
