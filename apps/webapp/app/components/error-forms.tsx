import type { ErrorGroupStatus } from "@trigger.dev/core/v3";
import { CsrfField } from "./csrf-field.js";
import { Field } from "./field.js";

/** What can be done with an error that stands so. */
export const ErrorForms = ({ csrf, status }: { csrf: string; status: ErrorGroupStatus }) => (
  <div className="stack">
    {status === "unresolved" ? null : (
      <form method="post">
        <CsrfField token={csrf} />
        <button type="submit" name="intent" value="unresolve">
          Unresolve
        </button>
      </form>
    )}
    {status === "resolved" ? null : (
      <form method="post" className="inline">
        <CsrfField token={csrf} />
        <Field
          id="version"
          label="Resolved in version"
          hint="Optional. Failures of older versions then do not re-open it."
          maxLength={128}
          autoComplete="off"
        />
        <button type="submit" name="intent" value="resolve">
          Resolve
        </button>
      </form>
    )}
    {status === "ignored" ? null : (
      <form method="post" className="inline">
        <CsrfField token={csrf} />
        <Field
          id="hours"
          label="Ignore for hours"
          hint="For ever, if left empty."
          type="number"
          min={1}
          max={8760}
          inputMode="numeric"
        />
        <Field id="reason" label="Reason" hint="Optional, for whoever reads it later." maxLength={1000} />
        <button type="submit" name="intent" value="ignore">
          Ignore
        </button>
      </form>
    )}
  </div>
);
