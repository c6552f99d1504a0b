import type { PermissionGroup, PermissionItem } from "@trigger.dev/plugins/rbac";

const inEnvironments = (scope: string, description: string): PermissionItem => ({
  scope,
  description,
  perEnvironment: true,
});
const ofOrganization = (scope: string, description: string): PermissionItem => ({
  scope,
  description,
  perEnvironment: false,
});

/** Everything that a role can be made of, in the groups in which people look for it. */
export const PERMISSIONS: readonly PermissionGroup[] = [
  {
    name: "Runs",
    permissions: [
      inEnvironments("read:runs", "Read runs with their payloads, outputs and errors."),
      inEnvironments("write:runs", "Cancel, replay and tag runs, and change their metadata."),
      inEnvironments("read:batch", "Read batches."),
      inEnvironments("read:tags", "Read runs by their tags."),
      inEnvironments("read:waitpoints", "Read waitpoints."),
      inEnvironments("write:waitpoints", "Complete waitpoints."),
      inEnvironments("read:sessions", "Read sessions."),
      inEnvironments("write:sessions", "Write to sessions."),
      inEnvironments("read:query", "Query runs and their figures."),
    ],
  },
  {
    name: "Tasks",
    permissions: [
      inEnvironments("read:tasks", "Read the tasks of a worker, and the runs of a task."),
      inEnvironments("trigger:tasks", "Trigger tasks."),
      inEnvironments("batchTrigger:tasks", "Trigger tasks in batches."),
      inEnvironments("read:schedules", "Read schedules."),
      inEnvironments("write:schedules", "Make, change and delete schedules."),
      inEnvironments("read:prompts", "Read prompts."),
      inEnvironments("write:prompts", "Change prompts."),
    ],
  },
  {
    name: "Errors",
    permissions: [
      inEnvironments("read:errors", "Read errors and their occurrences."),
      inEnvironments("write:errors", "Resolve, ignore and re-open errors."),
    ],
  },
  {
    name: "Queues and deployments",
    permissions: [
      inEnvironments("read:queues", "Read queues."),
      inEnvironments("write:queues", "Pause and resume queues."),
      inEnvironments("read:deployments", "Read deployments."),
      inEnvironments("write:deployments", "Deploy and promote."),
      inEnvironments("read:branches", "List branches."),
      inEnvironments("write:branches", "Make branches."),
    ],
  },
  {
    name: "Secrets",
    permissions: [
      inEnvironments("read:envvars", "Read environment variables."),
      inEnvironments("write:envvars", "Set and delete environment variables."),
      inEnvironments(
        "read:apiKeys",
        "Fetch an environment's key, which may do everything there and outlives the token.",
      ),
    ],
  },
  {
    name: "Organization",
    permissions: [
      ofOrganization("read:projects", "Read projects."),
      ofOrganization("write:projects", "Create and rename projects."),
      ofOrganization("read:members", "See who is a member, with which role."),
      ofOrganization("write:members", "Invite and remove members, and change their roles."),
      ofOrganization("read:roles", "Read roles and what they allow."),
      ofOrganization("write:roles", "Make, change and delete custom roles."),
      ofOrganization("read:audit", "Read who did what in the organization, from where."),
      ofOrganization("read:tokens", "List one's own tokens, with a token that is held to this role."),
      ofOrganization("write:tokens", "Revoke one's own tokens, with a token that is held to this role."),
    ],
  },
  {
    name: "Everything",
    permissions: [
      inEnvironments("read:all", "Read everything but API keys."),
      inEnvironments("*:all", "Do everything but with API keys."),
      inEnvironments("admin", "Do everything, as an owner."),
    ],
  },
];
