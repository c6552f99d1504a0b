import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { SignJWT } from "jose";
import { Pool } from "pg";

/**
 * The yardstick: `node:http`, one indexed SELECT through `pg`, one HS256 signature by jose, and nothing else.
 * Takes DATABASE_URL; prints its port.
 */
const pool = new Pool({ connectionString: process.env["DATABASE_URL"], max: 20 });
const key = await crypto.subtle.importKey(
  "raw",
  new TextEncoder().encode("a secret of the yardstick, of 43 characters or more"),
  { name: "HMAC", hash: "SHA-256" },
  false,
  ["sign"],
);

const server = createServer(async (request, response) => {
  const token = request.headers.authorization?.slice("Bearer ".length) ?? "";
  const { rows } = await pool.query<{ id: string; user_id: string }>({
    name: "floor",
    text: "SELECT id, user_id FROM personal_access_token WHERE hash = $1",
    values: [createHash("sha256").update(token).digest()],
  });
  // The yardstick of a revocation.
  if (request.method === "DELETE") {
    await pool.query({
      name: "floor-update",
      text: "UPDATE personal_access_token SET last_used_at = clock_timestamp() WHERE id = $1",
      values: [rows[0]?.id],
    });
    response.writeHead(204).end();
    return;
  }
  const signed = await new SignJWT({ sub: rows[0]?.user_id ?? "nobody" })
    .setProtectedHeader({ alg: "HS256" })
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(key);
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ token: signed }));
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${typeof address === "object" && address !== null ? address.port : ""}\n`);
});
