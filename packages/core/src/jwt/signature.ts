import { compactVerify, type CryptoKey } from "jose";

/** Whether `key` made the HS256 signature of a compact JWS. Never throws. */
export async function isSignedWith(token: string, key: CryptoKey): Promise<boolean> {
  try {
    await compactVerify(token, key, { algorithms: ["HS256"] });
    return true;
  } catch {
    return false;
  }
}
