import type { ErrorList, ErrorListPage } from "./error-list.js";
import type { Parameters } from "./parameters.js";

/** What groups are looked for with. */
export interface RankScope {
  list: ErrorList;
  environment: string;
  days: readonly number[];
  /** Groups that did not occur so often are left out, where that is known before they are looked up. */
  floor: number;
  edge: ErrorListPage["edge"];
  parameters: Parameters;
}

/** What is kept of a group until it is known to be on the page. */
export const KEPT = "g.fingerprint, g.first_seen, g.last_seen, g.count";
