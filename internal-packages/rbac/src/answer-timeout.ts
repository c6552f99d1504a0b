/** How long a plugin may take over an answer. */
export const ANSWER_TIMEOUT_MS = 2_000;
