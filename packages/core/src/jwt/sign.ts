import { SignJWT } from "jose";
import { importKey, type JwtKey } from "./key.js";

export interface SignJwtOptions {
  /** The header's `typ`, which tells the kinds of token apart. */
  typ?: string;
  /** The header's `kid`; the key's own unless given. */
  kid?: string;
  claims: Readonly<Record<string, unknown>>;
  key: JwtKey;
}

/** A compact HS256 JWT (RFC 7519) of just these claims: nothing is added to them. */
export async function signJwt({ typ, kid, claims, key }: SignJwtOptions): Promise<string> {
  const keyId = kid ?? key.kid;
  const header = {
    alg: "HS256",
    ...(typ === undefined ? {} : { typ }),
    ...(keyId === undefined ? {} : { kid: keyId }),
  };
  return new SignJWT({ ...claims }).setProtectedHeader(header).sign(await importKey(key.secret));
}
