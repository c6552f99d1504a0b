import { importKey, type JwtKey } from "./key.js";
import { signatureOf } from "./signature.js";

export interface SignJwtOptions {
  /** The header's `typ`, which tells the kinds of token apart. */
  typ?: string;
  /** The header's `kid`; the key's own unless given. */
  kid?: string;
  claims: Readonly<Record<string, unknown>>;
  key: JwtKey;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value), "utf8").toString("base64url");

/** A compact HS256 JWT (RFC 7519) of just these claims: nothing is added to them. */
export async function signJwt({ typ, kid, claims, key }: SignJwtOptions): Promise<string> {
  const keyId = kid ?? key.kid;
  const header = {
    alg: "HS256",
    ...(typ === undefined ? {} : { typ }),
    ...(keyId === undefined ? {} : { kid: keyId }),
  };
  const signingInput = `${encode(header)}.${encode(claims)}`;
  return `${signingInput}.${signatureOf(signingInput, importKey(key.secret))}`;
}
