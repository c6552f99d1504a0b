import { CsrfField } from "./csrf-field.js";
import { Field } from "./field.js";
import { RoleSelect } from "./role-select.js";

interface InviteFormProps {
  csrf: string;
  roles: readonly string[];
  /** What was sent last, if it could not be taken. */
  sent: { email: string; role: string } | null;
}

export const InviteForm = ({ csrf, roles, sent }: InviteFormProps) => (
  <form method="post" className="inline">
    <CsrfField token={csrf} />
    <Field
      {...{ id: "email", label: "Email", type: "email", required: true, maxLength: 254, autoComplete: "off" }}
      hint="Whoever has the account with this address can accept, within seven days."
      defaultValue={sent?.email}
    />
    <RoleSelect {...{ id: "role", label: "Role", roles, chosen: sent?.role ?? "developer" }} />
    <button type="submit" name="intent" value="invite">
      Invite
    </button>
  </form>
);
