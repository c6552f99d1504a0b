import { CsrfField } from "./csrf-field.js";

interface RevokeFormProps {
  csrf: string;
  intent: "revoke-pat" | "revoke-uat";
  id: string;
  name: string;
  /** What else ends. */
  consequence: string;
}

/** Revoking asks once more, without a script: the button is inside what the first press opens. */
export const RevokeForm = ({ csrf, intent, id, name, consequence }: RevokeFormProps) => (
  <details className="revoke">
    <summary>
      Revoke<span className="hidden"> {name}</span>…
    </summary>
    <form method="post" action="/account/tokens">
      <CsrfField token={csrf} />
      <input type="hidden" name="id" value={id} />
      <p>{consequence}</p>
      <button type="submit" name="intent" value={intent} className="danger">
        Revoke now<span className="hidden">: {name}</span>
      </button>
    </form>
  </details>
);
