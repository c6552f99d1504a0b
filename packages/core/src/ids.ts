import { randomLowerCaseText, randomText } from "./random.js";

export {
  createPersonalAccessToken,
  hasValidPatChecksum,
  PERSONAL_ACCESS_TOKEN_PREFIX,
} from "./personal-access-token.js";

/** What an id can name. The kind is the id's prefix. */
export const ID_KINDS = [
  "audit",
  "batch",
  "code",
  "deployment",
  "env",
  "envkey",
  "error",
  "event",
  "invite",
  "link",
  "org",
  "packet",
  "pat",
  "proj",
  "req",
  "run",
  "session",
  "snapshot",
  "task",
  "uat",
  "user",
  "worker",
] as const;

export type IdKind = (typeof ID_KINDS)[number];

/** Milliseconds since 1970 in base 36: nine characters until the year 5188. */
const TIME_LENGTH = 9;
const RANDOM_LENGTH = 15;
const OWN_PART = /^[0-9a-z]{24}$/;

let lastTime = { at: 0, text: "" };

/** Many ids are made in one millisecond. */
function timeText(): string {
  const at = Date.now();
  if (at !== lastTime.at) lastTime = { at, text: at.toString(36).padStart(TIME_LENGTH, "0") };
  return lastTime.text;
}

/**
 * A new id such as `uat_` and 24 lower-case letters and digits: the time, then 77 random bits. Ids made one after the
 * other sort that way, so that indexes grow at one end (as RFC 9562 says of UUIDv7). An id names; it is never a secret.
 */
export function createId<Kind extends IdKind>(kind: Kind): `${Kind}_${string}` {
  return `${kind}_${timeText()}${randomLowerCaseText(RANDOM_LENGTH)}`;
}

/** Whether `text` is shaped as `createId(kind)` makes it; says nothing of whether it exists. */
export function isId<Kind extends IdKind>(kind: Kind, text: string): text is `${Kind}_${string}` {
  return text.startsWith(`${kind}_`) && OWN_PART.test(text.slice(kind.length + 1));
}

export type EnvironmentType = "DEVELOPMENT" | "STAGING" | "PREVIEW" | "PRODUCTION";

const ENVIRONMENT_KEY_PREFIXES = {
  DEVELOPMENT: "tr_dev_",
  STAGING: "tr_stg_",
  PREVIEW: "tr_preview_",
  PRODUCTION: "tr_prod_",
} as const satisfies Record<EnvironmentType, string>;

const ENVIRONMENT_KEY = /^tr_(?:dev|stg|preview|prod)_[0-9A-Za-z]{24,200}$/;

/** A new environment key: the type's prefix and 32 random letters and digits (190 bits, as it is an HMAC key as well). */
export function createEnvironmentKey(type: EnvironmentType): string {
  return `${ENVIRONMENT_KEY_PREFIXES[type]}${randomText(32)}`;
}

/** Whether `text` is shaped as an environment key; says nothing of whether it is live. */
export function isEnvironmentKey(text: string): boolean {
  return ENVIRONMENT_KEY.test(text);
}
