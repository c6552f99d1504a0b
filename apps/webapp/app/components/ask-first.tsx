import type { ReactNode } from "react";
import { CsrfField } from "./csrf-field.js";

interface AskFirstProps {
  csrf: string;
  /** Where the form goes; the page's own address unless given. */
  action?: string;
  intent: string;
  id: string;
  /** What to do, and what is done once more is pressed. */
  verb: string;
  /** To whom or what; for those who do not see where the button stands. */
  name: string;
  /** What else ends. */
  consequence: ReactNode;
}

/** What cannot be undone asks once more, without a script: the button is inside what the first press opens. */
export const AskFirst = ({ csrf, action, intent, id, verb, name, consequence }: AskFirstProps) => (
  <details className="revoke">
    <summary>
      {verb}
      <span className="hidden"> {name}</span>…
    </summary>
    <form method="post" action={action}>
      <CsrfField token={csrf} />
      <input type="hidden" name="id" value={id} />
      <p>{consequence}</p>
      <button type="submit" name="intent" value={intent} className="danger">
        {verb} now<span className="hidden">: {name}</span>
      </button>
    </form>
  </details>
);
