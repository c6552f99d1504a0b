import { forge } from "./forge.js";

/** An environment JWT as the published SDK signs one with the environment's key, good for an hour. */
export function selfSigned(
  environment: { id: string; apiKey: string },
  scopes: readonly string[],
  more: Record<string, unknown> = {},
): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    sub: environment.id,
    pub: true,
    scopes,
    iss: "https://id.trigger.dev",
    aud: "https://api.trigger.dev",
  };
  return forge({ alg: "HS256" }, { ...claims, iat, exp: iat + 3600, ...more }, environment.apiKey);
}
