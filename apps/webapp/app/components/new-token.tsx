import { Command } from "./command.js";
import { Notice } from "./notice.js";

/** A token that was just made, the only time that it is shown. */
export const NewToken = ({ name, token }: { name: string; token: string }) => (
  <Notice kind="done">
    <p>
      <strong>
        Token <bdi>{name}</bdi> is made.
      </strong>{" "}
      Copy it now: it is not shown again.
    </p>
    <Command text={token} label="The new token" />
  </Notice>
);
