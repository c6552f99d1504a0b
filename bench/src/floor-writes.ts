import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { Pool } from "pg";

/**
 * The yardstick of what stores something: `node:http` and `pg`, and in each request the body is parsed and as many single
 * rows are written as its path says (`/3`), one prepared INSERT each, in one transaction. Takes DATABASE_URL; prints its port.
 */
const pool = new Pool({ connectionString: process.env["DATABASE_URL"], max: 20 });
await pool.query(`
  CREATE TABLE IF NOT EXISTS bench_floor (
    environment_id text NOT NULL, id text NOT NULL, body text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (environment_id, id))`);

const INSERT = {
  name: "floor-write",
  text: "INSERT INTO bench_floor (environment_id, id, body) VALUES ($1, $2, $3)",
};

async function write(rows: number, body: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    for (let row = 0; row < rows; row++) await client.query({ ...INSERT, values: ["floor", randomUUID(), body] });
    await client.query("COMMIT");
  } finally {
    client.release();
  }
}

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const body: unknown = JSON.parse(text);
  await write(Number(request.url?.slice(1)), JSON.stringify(body));
  const answer = JSON.stringify({ ok: true });
  response.writeHead(200, { "content-type": "application/json", "content-length": answer.length }).end(answer);
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${typeof address === "object" && address !== null ? address.port : ""}\n`);
});
