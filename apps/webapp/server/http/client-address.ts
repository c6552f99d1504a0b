import { BlockList, isIP } from "node:net";

/** An IPv4 address that arrived over a dual-stack socket reads as IPv4. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");

const familyOf = (address: string): "ipv4" | "ipv6" => (isIP(address) === 6 ? "ipv6" : "ipv4");

/** The address in one element of `X-Forwarded-For`, which may carry a port or brackets; null when it is none. */
function parseHop(element: string): string | null {
  const text = element.trim();
  const bare = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text;
  return isIP(bare) === 0 ? null : plain(bare);
}

function createRangeCheck(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", bits] = range.split("/");
    if (bits === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(bits), familyOf(address));
  }
  return (address) => isIP(address) !== 0 && list.check(address, familyOf(address));
}

/**
 * Answers who asks: the peer, or, behind trusted proxies, the right-most address of `X-Forwarded-For` that is none
 * of them. What stands left of it is the client's own word.
 */
export function createClientAddress(trustedProxies: readonly string[]) {
  const isTrusted = createRangeCheck(trustedProxies);
  return (peer: string | undefined, forwardedFor: string | undefined): string => {
    let address = plain(peer ?? "");
    if (forwardedFor === undefined || trustedProxies.length === 0) return address;
    for (const element of forwardedFor.split(",").toReversed()) {
      if (!isTrusted(address)) return address;
      const hop = parseHop(element);
      if (hop === null) return address;
      address = hop;
    }
    return address;
  };
}
