/** Why a worker's request was not done; the run is as it was. */
export type Refusal = "run_not_found" | "snapshot_not_found" | "not_current" | "answered_otherwise";

export type Outcome<T> = ({ ok: true } & T) | { ok: false; reason: Refusal };

export const refused = (reason: Refusal) => ({ ok: false, reason }) as const;
