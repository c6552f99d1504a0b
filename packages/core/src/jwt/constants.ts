/** The issuer of every token, which the published SDK writes too. */
export const ISSUER = "https://id.trigger.dev";

/** The audience of every token, which the published SDK writes too. */
export const AUDIENCE = "https://api.trigger.dev";

/** The longest life of a token: 365 days. */
export const MAX_LIFETIME_SECONDS = 31_536_000;

/** How far two clocks may differ. */
export const CLOCK_SKEW_SECONDS = 5;

/** Room for the longest cap (64 scopes of 256 characters) in base64url. A longer token is not looked at. */
export const MAX_TOKEN_LENGTH = 32_768;
