import packageJson from "../package.json" with { type: "json" };

/** Of this command, as in its package. */
export const version = packageJson.version;
