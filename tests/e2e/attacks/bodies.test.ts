import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cast, ROUTE_NAMES_WITH_BODY, rowOf, startCast } from "../support/cast.js";
import { keptAliveRequest, rawRequest, sendRaw } from "../support/raw-http.js";
import { fingerprint } from "../support/state.js";

const MIB = 1024 * 1024;
const JSON_TYPE = { "content-type": "application/json" };

let cast: Cast;

beforeAll(async () => {
  cast = await startCast();
});

afterAll(() => cast?.world.stop());

describe.each(ROUTE_NAMES_WITH_BODY.filter((name) => rowOf(name).people[0] !== 501))("the body of %s", (name) => {
  const [method = "", template = ""] = name.split(" ");
  const limit = (rowOf(name).mebibytes ?? 1) * MIB;
  const send = (
    request: { raw?: string | Uint8Array<ArrayBuffer>; headers?: Record<string, string>; body?: unknown },
    as = cast.takerOf(name),
  ) => cast.world.app.api(method, cast.pathOf(template), { as, ...request });

  it("is JSON and says so", async () => {
    const before = await fingerprint(cast.world.pool);
    const raw = JSON.stringify(rowOf(name).body);
    const takesPlainText = rowOf(name).plainText === true;
    for (const type of [
      "text/plain;charset=UTF-8",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "text/json",
      "application/xml",
    ]) {
      if (takesPlainText && type.startsWith("text/plain")) continue;
      const { status, body } = await send({ raw, headers: { "content-type": type } });
      expect(status, type).toBe(415);
      expect(body["code"]).toBe("unsupported_media_type");
    }
    expect(await fingerprint(cast.world.pool)).toEqual(before);
  });

  it("is UTF-8", async () => {
    const before = await fingerprint(cast.world.pool);
    for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
      const raw = Buffer.concat([Buffer.from('{"x":"'), Buffer.from(bytes), Buffer.from('"}')]);
      const { status, body } = await send({ raw, headers: JSON_TYPE });
      expect(status, String(bytes)).toBe(400);
      expect(body["error"]).toBe("The body is not valid UTF-8.");
    }
    expect(await fingerprint(cast.world.pool)).toEqual(before);
  });

  it("is an object", async () => {
    const before = await fingerprint(cast.world.pool);
    for (const raw of ["{", "null", "[]", "1", '"x"', "true", "[{}]", "{}{}", "nonsense"]) {
      const { status, body } = await send({ raw, headers: JSON_TYPE });
      expect(status, raw).toBe(400);
      expect(body["code"]).toBe("invalid_request");
    }
    expect(await fingerprint(cast.world.pool)).toEqual(before);
  });

  it("is bounded, whether it says its length or not", async () => {
    const before = await fingerprint(cast.world.pool);
    const { pathname } = new URL(cast.pathOf(template), cast.world.app.origin);
    const as = cast.takerOf(name);
    const auth = as === undefined ? [] : [`Authorization: Bearer ${as}`];
    const declared = await sendRaw(
      cast.world.app.origin,
      keptAliveRequest(`${method} ${pathname}`, [
        ...auth,
        "Content-Type: application/json",
        `Content-Length: ${limit + 1}`,
      ]),
    );
    expect(declared.status).toBe(413);
    // Else the client's next request goes into a connection that is about to be cut.
    expect(declared.head.toLowerCase()).toContain("connection: close");
    const bytes = new TextEncoder().encode(" ".repeat(64 * 1024));
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += bytes.byteLength;
        if (sent > limit + 4 * MIB) controller.close();
        else controller.enqueue(bytes);
      },
    });
    const init: RequestInit & { duplex: "half" } = {
      method,
      body: endless,
      duplex: "half",
      headers: {
        ...JSON_TYPE,
        ...(as === undefined ? {} : { authorization: `Bearer ${as}` }),
      },
    };
    // The server may close the connection before all of it is sent.
    const chunked = await fetch(new URL(pathname, cast.world.app.origin), init).then(
      ({ status }) => status,
      () => 413,
    );
    expect(chunked).toBe(413);
    expect(await fingerprint(cast.world.pool)).toEqual(before);
  });

  it("is not read for those who may not send it", async () => {
    const row = rowOf(name);
    if (row.none !== 401) return;
    const { pathname } = new URL(cast.pathOf(template), cast.world.app.origin);
    const huge = ["Content-Type: text/html", `Content-Length: ${limit * 4}`];
    expect((await sendRaw(cast.world.app.origin, rawRequest(`${method} ${pathname}`, huge))).status).toBe(401);
    if (row.people[2] === 403) {
      const auth = `Authorization: Bearer ${cast.live.people[2]}`;
      expect((await sendRaw(cast.world.app.origin, rawRequest(`${method} ${pathname}`, [auth, ...huge]))).status).toBe(
        403,
      );
    }
    if (row.jwts[1] === 403) {
      const auth = `Authorization: Bearer ${cast.live.jwts[1]}`;
      expect((await sendRaw(cast.world.app.origin, rawRequest(`${method} ${pathname}`, [auth, ...huge]))).status).toBe(
        403,
      );
    }
  });
});
