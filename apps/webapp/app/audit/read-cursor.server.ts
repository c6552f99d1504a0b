import type { ClientBase, QueryResultRow } from "pg";

const AT_ONCE = 1_000;

/** The rows of a query, a thousand at a time, inside a transaction under way. `name` is a literal of ours. */
export async function* readCursor<Row extends QueryResultRow>(
  client: ClientBase,
  { name, text }: { name: string; text: string },
): AsyncGenerator<Row> {
  await client.query(`DECLARE ${name} NO SCROLL CURSOR FOR ${text}`);
  for (;;) {
    const { rows } = await client.query<Row>(`FETCH ${AT_ONCE} FROM ${name}`);
    yield* rows;
    if (rows.length < AT_ONCE) break;
  }
  await client.query(`CLOSE ${name}`);
}
