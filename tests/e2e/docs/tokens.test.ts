import { createPersonalAccessToken, hasValidPatChecksum } from "@trigger.dev/core/ids";
import { startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { quoted, read, section, tableRows } from "./markdown.js";

const leaked = section(read("docs/tokens.md"), "When a token gets out");

describe("what docs/tokens.md tells scanners", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app?.stop());

  it("finds every kind of token in a text, and the whole of it", async () => {
    const expressions = tableRows(leaked).flatMap(([, cell = ""]) =>
      quoted(cell).map((source) => new RegExp(source, "g")),
    );
    expect(expressions).toHaveLength(3);
    const { personalAccessToken, environments } = app.bootstrap;
    const minted = await app.api<{ token: string }>("POST", "/api/v1/auth/user-actor-token", {
      as: personalAccessToken,
    });
    const tokens = [personalAccessToken, minted.body.token, ...Object.values(environments).map(({ apiKey }) => apiKey)];
    const text = tokens.map((token) => `TOKEN="${token}",`).join(" ");
    const found = expressions.flatMap((expression) => text.match(expression) ?? []);
    expect(found).toEqual(tokens);
  });

  it("tells a real personal access token by its checksum", async () => {
    const [, source = ""] = /^```js\n([\s\S]*?)^```/m.exec(leaked) ?? [];
    const { isPersonalAccessToken } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
    for (let turn = 0; turn < 200; turn++) {
      const token = createPersonalAccessToken();
      const other = token.replace(/.$/, (digit) => (digit === "z" ? "y" : "z"));
      for (const one of [token, other]) expect(isPersonalAccessToken(one)).toBe(hasValidPatChecksum(one));
      expect(isPersonalAccessToken(token)).toBe(true);
    }
    expect(isPersonalAccessToken(app.bootstrap.personalAccessToken)).toBe(true);
  });
});
