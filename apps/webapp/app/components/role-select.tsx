interface RoleSelectProps {
  id: string;
  label: string;
  /** Told to those who do not see where the field stands. */
  of?: string;
  roles: readonly string[];
  chosen: string;
}

/** A labelled choice of roles; one that is no more stays to be seen while somebody has it. */
export const RoleSelect = ({ id, label, of, roles, chosen }: RoleSelectProps) => (
  <div className="field">
    <label htmlFor={id}>
      {label}
      {of ? <span className="hidden"> of {of}</span> : null}
    </label>
    <select id={id} name="role" defaultValue={chosen} required>
      {roles.includes(chosen) ? null : (
        <option value={chosen} disabled>
          {chosen} (is no more)
        </option>
      )}
      {roles.map((role) => (
        <option key={role}>{role}</option>
      ))}
    </select>
  </div>
);
