import { CsrfField } from "./csrf-field.js";
import { Field } from "./field.js";
import { Notice } from "./notice.js";

interface NewTokenFormProps {
  csrf: string;
  /** What was sent last, if it could not be taken. */
  problem: { name: string; days: string; role: string; message: string } | null;
  /** Whether there are roles that a token can be held to. */
  hasRoles: boolean;
}

const LIFETIMES = [
  { days: "7", label: "7 days" },
  { days: "30", label: "30 days" },
  { days: "90", label: "90 days" },
  { days: "365", label: "1 year" },
  { days: "", label: "No expiry" },
];

export const NewTokenForm = ({ csrf, problem, hasRoles }: NewTokenFormProps) => (
  <form method="post" action="/account/tokens" className="inline">
    {problem ? <Notice kind="wrong">{problem.message}</Notice> : null}
    <CsrfField token={csrf} />
    <Field
      {...{ id: "name", label: "Name", type: "text", required: true, maxLength: 255, autoComplete: "off" }}
      hint="What will use it, so that you know it again."
      defaultValue={problem?.name}
    />
    <div className="field">
      <label htmlFor="days">Expires after</label>
      <select id="days" name="days" defaultValue={problem?.days ?? "90"}>
        {LIFETIMES.map(({ days, label }) => (
          <option key={label} value={days}>
            {label}
          </option>
        ))}
      </select>
    </div>
    {hasRoles ? (
      <Field
        {...{ id: "role", label: "Highest role", type: "text", maxLength: 63, autoComplete: "off" }}
        hint="Such as viewer: the token, and all that is made from it, is held to it. Empty: to your own role alone."
        defaultValue={problem?.role}
      />
    ) : null}
    <button type="submit" name="intent" value="create">
      Create token
    </button>
  </form>
);
