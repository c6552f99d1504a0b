import type { ErrorGroupStatus } from "@trigger.dev/core/v3";

const LOOKS = {
  unresolved: { kind: "bad", word: "Unresolved" },
  resolved: { kind: "good", word: "Resolved" },
  ignored: { kind: "muted", word: "Ignored" },
} as const;

/** Where an error stands, in a word and not by colour alone. */
export const ErrorStatus = ({ status }: { status: ErrorGroupStatus }) => (
  <span className={`badge ${LOOKS[status].kind}`}>{LOOKS[status].word}</span>
);
