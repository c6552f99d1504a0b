import { isIP } from "node:net";

/** Why a text is no address and no CIDR range; null when it is one. */
export function findAddressRangeProblem(text: string): string | null {
  const [address = "", bits, ...rest] = text.split("/");
  const family = isIP(address);
  const width = family === 4 ? 32 : 128;
  const isWidth = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= width);
  if (family !== 0 && isWidth && rest.length === 0) return null;
  return `${JSON.stringify(text)} is no address or range such as 10.0.0.0/8`;
}
