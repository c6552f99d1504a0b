import { describe, expect, it } from "vitest";
import { createClientAddress } from "./client-address.js";

describe("the client's address", () => {
  const direct = createClientAddress([]);
  const proxied = createClientAddress(["10.0.0.0/8", "127.0.0.1", "fd00::/8"]);

  it("is the peer's, whatever it says of itself", () => {
    expect(direct("203.0.113.9", "198.51.100.1")).toBe("203.0.113.9");
    expect(proxied("203.0.113.9", "198.51.100.1")).toBe("203.0.113.9");
  });

  it("is the right-most one that is no trusted proxy", () => {
    expect(proxied("10.1.2.3", "1.1.1.1, 198.51.100.1, 10.9.9.9")).toBe("198.51.100.1");
    expect(proxied("fd00::1", "1.1.1.1,2001:db8::7")).toBe("2001:db8::7");
  });

  it("reads ports, brackets and mapped addresses", () => {
    expect(proxied("::ffff:10.1.2.3", "198.51.100.1:4711")).toBe("198.51.100.1");
    expect(proxied("10.1.2.3", "[2001:db8::7]:443")).toBe("2001:db8::7");
    expect(proxied("10.1.2.3", "::ffff:198.51.100.1")).toBe("198.51.100.1");
  });

  it("stops at what is no address", () => {
    expect(proxied("10.1.2.3", "198.51.100.1, <script>")).toBe("10.1.2.3");
    expect(proxied("10.1.2.3", "198.51.100.1, unknown, 10.4.4.4")).toBe("10.4.4.4");
    expect(proxied("10.1.2.3", "")).toBe("10.1.2.3");
  });

  it("is the left-most when all are proxies", () => {
    expect(proxied("10.1.2.3", "10.7.7.7, 127.0.0.1")).toBe("10.7.7.7");
  });
});
