import type { RoleItem } from "@trigger.dev/core/v3";

const permissionText = ({ scope, environments }: RoleItem["permissions"][number]) =>
  environments ? `${scope} in ${environments.map((type) => type.toLowerCase()).join(", ")}` : scope;

/** A role and what it is made of. */
export const RoleCard = ({ role }: { role: RoleItem }) => (
  <li className="card">
    <div className="card-head">
      <h3>
        <bdi>{role.name}</bdi>
      </h3>
      <span className="badge muted">{role.kind === "system" ? "in every organization" : "custom"}</span>
    </div>
    {role.description === "" ? null : (
      <p>
        <bdi>{role.description}</bdi>
      </p>
    )}
    {role.permissions.length === 0 ? (
      <p className="empty">It allows nothing by itself.</p>
    ) : (
      <details>
        <summary>
          What it allows<span className="hidden">: {role.name}</span>
        </summary>
        <ul className="scopes">
          {role.permissions.map((permission) => (
            <li key={permissionText(permission)}>
              <code>{permissionText(permission)}</code>
            </li>
          ))}
        </ul>
      </details>
    )}
  </li>
);
