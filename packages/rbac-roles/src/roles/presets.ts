import type { RolePermission, RolePreset } from "@trigger.dev/plugins/rbac";

const everywhere = (...scopes: string[]): RolePermission[] => scopes.map((scope) => ({ scope }));

/** Where a custom role can start from. */
export const PRESETS: readonly RolePreset[] = [
  {
    name: "agent",
    description: "Reads runs and errors everywhere, triages errors, and tries tasks out in development.",
    permissions: [
      ...everywhere("read:runs", "read:tasks", "read:errors", "write:errors"),
      { scope: "trigger:tasks", environments: ["DEVELOPMENT"] },
      { scope: "write:runs", environments: ["DEVELOPMENT"] },
    ],
  },
  {
    name: "on-call",
    description: "Reads everything but secrets; cancels and replays runs, pauses queues and triages errors everywhere.",
    permissions: everywhere(
      "read:runs",
      "write:runs",
      "read:tasks",
      "read:batch",
      "read:tags",
      "read:queues",
      "write:queues",
      "read:errors",
      "write:errors",
      "read:deployments",
    ),
  },
  {
    name: "deployer",
    description: "Deploys, and sets variables outside production.",
    permissions: [
      ...everywhere("read:deployments", "write:deployments", "read:branches", "write:branches", "read:tasks"),
      { scope: "read:envvars", environments: ["STAGING", "PREVIEW"] },
      { scope: "write:envvars", environments: ["STAGING", "PREVIEW"] },
    ],
  },
  {
    name: "guest",
    description: "Nothing, until it is granted a role in a project.",
    permissions: [],
  },
];
