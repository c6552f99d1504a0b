import { ROLES } from "./001-roles.js";
import { LAST_OWNER } from "./002-last-owner.js";
import { ORGANIZATIONS_WITH_ROLES } from "./003-organizations-with-roles.js";
import { TOKEN_ROLES } from "./004-token-roles.js";

export interface Migration {
  /** In the order in which they are applied; never changed once released. */
  id: string;
  /** Any number of statements. */
  sql: string;
}

export const MIGRATIONS: readonly Migration[] = [
  { id: "001-roles", sql: ROLES },
  { id: "002-last-owner", sql: LAST_OWNER },
  { id: "003-organizations-with-roles", sql: ORGANIZATIONS_WITH_ROLES },
  { id: "004-token-roles", sql: TOKEN_ROLES },
];
