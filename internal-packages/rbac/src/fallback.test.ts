import { contractCases } from "@trigger.dev/plugins/rbac/contract-suite";
import type { RbacPlugin } from "@trigger.dev/plugins/rbac";
import { describe, expect, it } from "vitest";
import { createFallbackController } from "./fallback.js";

describe("the fallback keeps to the contract of plugins:", () => {
  const plugin = { create: ({ credentials }) => createFallbackController(credentials) } satisfies RbacPlugin;
  for (const { name, run } of contractCases({ plugin })) it(name, async () => expect(await run()).toBeUndefined());
});
