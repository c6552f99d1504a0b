import { createId } from "@trigger.dev/core/ids";
import { createEncryption } from "@trigger.dev/rbac";
import { createTestSecrets } from "@trigger.dev/rbac/test-world";
import { startTestDatabase, type TestDatabase } from "@trigger.dev/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AuditEntry, type AuditRow, auditValues, enterAudit } from "../services/audit.server.js";
import { inTransaction } from "../services/operation.server.js";
import { type AuditKey, loadAuditKey } from "./audit-key.server.js";
import { createLossReporter, type Loss } from "./report-lost.server.js";
import { startSealer, type Sealer } from "./sealer.server.js";
import { verifyTrail } from "./verify-trail.server.js";
import { createWitness, type Witness } from "./witness.server.js";

const encryption = createEncryption(createTestSecrets());

const ADA = "user_ada";

/** A server, as far as the trail goes. */
interface Process {
  witness: Witness;
  sealer: Sealer;
  losses: Loss[];
  errors: unknown[];
  write(...entries: Partial<AuditEntry>[]): Promise<AuditRow[]>;
}

let database: TestDatabase;
let auditKey: AuditKey;
let processes: Process[];
beforeEach(async () => {
  database = await startTestDatabase();
  auditKey = await loadAuditKey(database.pool, encryption);
  processes = [];
  await database.pool.query(`INSERT INTO "user" (id, email) VALUES ('${ADA}', 'ada@example.com')`);
  for (const id of ["org_a", "org_b", "org_new"]) {
    await database.pool.query("INSERT INTO organization (id, slug, title) VALUES ($1, $1, $1)", [id]);
  }
  await join("org_a", "1 day");
  await join("org_b", "1 day");
});
afterEach(async () => {
  await Promise.all(processes.map(({ sealer }) => sealer.close()));
  await database.stop();
});

const join = (organization: string, before: string) =>
  database.pool.query(
    `INSERT INTO organization_member (organization_id, user_id, since) VALUES ($1, $2, now() - interval '${before}')`,
    [organization, ADA],
  );

function startProcess(): Process {
  const losses: Loss[] = [];
  const errors: unknown[] = [];
  const { pool } = database;
  const onError = (error: unknown) => void errors.push(error);
  const report = createLossReporter({ pool, auditKey, keep: (more) => void losses.push(...more) });
  const witness = createWitness({ pool, report, onError });
  const anchor = { advance: async () => {}, keep: async () => {} };
  const sealer = startSealer({ pool, auditKey, anchor, witness, onError, everyMs: 3_600_000 });
  const write = async (...entries: Partial<AuditEntry>[]) => {
    const context = { auditKey, requestId: createId("req"), clientAddress: "192.0.2.7" };
    const rows = entries.map((entry) =>
      auditValues(context, { action: "test.do", outcome: "allowed", organizationId: "org_a", ...entry }),
    );
    await enterAudit(pool, rows);
    for (const row of rows) witness.saw(row);
    return rows;
  };
  const made = { witness, sealer, losses, errors, write };
  processes.push(made);
  return made;
}

/** What somebody does who owns the tables. */
async function tamper(statement: string, values: unknown[] = []): Promise<void> {
  await database.pool.query("ALTER TABLE audit_event DISABLE TRIGGER USER");
  await database.pool.query(statement, values);
}

async function problems(): Promise<Record<string, string>> {
  const chains = await verifyTrail(database.pool, auditKey);
  return Object.fromEntries(
    chains.flatMap(({ organizationId, problem }) =>
      problem ? [[organizationId ?? "instance", `${problem.kind} ${problem.id ?? problem.seq}`]] : [],
    ),
  );
}

/** One turn of each. */
const turn = async () => {
  for (const { sealer } of processes) await sealer.sealNow();
};

/** Until all is sealed: elsewhere on the test's server a transaction may be open. */
const seal = () =>
  expect
    .poll(
      async () => {
        await turn();
        return processes.map(({ witness }) => witness.waiting());
      },
      { timeout: 30_000 },
    )
    .toEqual(processes.map(() => 0));

const personal = { organizationId: null, userId: ADA };

describe("a row that goes before it is sealed", () => {
  it("is named, also when it is the only one, the first, or the last", async () => {
    const { write, losses } = startProcess();
    for (const place of [0, 1, 2]) {
      const rows = await write({}, {}, {});
      await tamper("DELETE FROM audit_event WHERE id = $1", [rows[place]?.id]);
      await seal();
      expect(losses.at(-1)).toMatchObject({ kind: "missing", organizationId: "org_a", id: rows[place]?.id, rows: 1 });
    }
    expect(await problems()).toEqual({ org_a: `missing ${losses[0]?.id}` });
    expect(losses).toHaveLength(3);
  });

  it("is named by the process that wrote it, whichever one seals", async () => {
    const [first, second] = [startProcess(), startProcess()];
    const [lost] = await second.write({}, {});
    await first.write({});
    await tamper("DELETE FROM audit_event WHERE id = $1", [lost?.id]);
    await seal();
    expect(first.losses).toEqual([]);
    expect(second.losses).toMatchObject([{ id: lost?.id }]);
    expect(await problems()).toEqual({ org_a: `missing ${lost?.id}` });
  });

  it("is named when everything is truncated", async () => {
    const { write, losses } = startProcess();
    const [first] = await write({}, {}, { organizationId: "org_b" }, { organizationId: null });
    await tamper("TRUNCATE audit_event");
    await seal();
    expect(losses.map(({ organizationId, rows }) => [organizationId, rows])).toEqual([
      ["org_a", 2],
      ["org_b", 1],
      [null, 1],
    ]);
    expect(await problems()).toMatchObject({ org_a: `missing ${first?.id}`, instance: `missing ${losses[2]?.id}` });
  });

  it("is named when it goes while a transaction keeps the trail from being sealed", async () => {
    const { write, losses } = startProcess();
    const open = await database.pool.connect();
    await open.query("BEGIN");
    await open.query("SELECT pg_current_xact_id()");
    const [lost] = await write({}, {});
    await turn();
    expect(losses).toEqual([]);
    await tamper("DELETE FROM audit_event WHERE id = $1", [lost?.id]);
    await turn();
    expect(losses).toMatchObject([{ id: lost?.id }]);
    await open.query("COMMIT");
    open.release();
    await seal();
    expect(losses).toHaveLength(1);
  });

  it("is named though it is put back after the seal", async () => {
    const { write } = startProcess();
    const [lost] = await write({}, {});
    await database.pool.query("CREATE TABLE kept AS SELECT * FROM audit_event WHERE seq = 1");
    await tamper("DELETE FROM audit_event WHERE seq = 1");
    await seal();
    await tamper("INSERT INTO audit_event SELECT * FROM kept");
    expect(await problems()).toEqual({ org_a: `added ${lost?.id}` });
  });

  it.each([1, 40])("is named though the sequence was put back, so that no link takes in number %i", async (number) => {
    const { write } = startProcess();
    // Numbers of other trails, which are free in this one.
    await write(...Array.from({ length: 50 }, () => ({ organizationId: null })));
    await seal();
    await database.pool.query("SELECT setval('audit_event_seq', $1, false)", [number]);
    const [row] = await write({});
    await database.pool.query("SELECT setval('audit_event_seq', 100)");
    await seal();
    expect(await problems()).toEqual({ org_a: `added ${row?.id}` });
    await tamper("DELETE FROM audit_event WHERE id = $1", [row?.id]);
    expect(await problems()).toEqual({ org_a: `altered ${row?.id}` });
  });
});

describe("a row that says something else before it is sealed", () => {
  it("is named as altered, and so is its MAC", async () => {
    const { write, losses } = startProcess();
    const [row] = await write({});
    await tamper("UPDATE audit_event SET user_id = 'user_x', mac = decode(md5('a') || md5('b'), 'hex') WHERE id = $1", [
      row?.id,
    ]);
    await seal();
    expect(losses).toMatchObject([{ kind: "altered", id: row?.id }]);
    expect(await problems()).toEqual({ org_a: `altered ${row?.id}` });
  });

  it("is named where only the row itself tells", async () => {
    const { write } = startProcess();
    const [row] = await write({});
    await tamper("UPDATE audit_event SET target = 'other' WHERE id = $1", [row?.id]);
    await seal();
    expect(await problems()).toEqual({ org_a: `altered ${row?.id}` });
  });
});

describe("a personal row", () => {
  it("is missed in the one trail that it was taken from", async () => {
    const { write, losses } = startProcess();
    const [row] = await write(personal);
    await tamper("DELETE FROM audit_event WHERE id = $1 AND organization_id = 'org_b'", [row?.id]);
    await seal();
    expect(losses).toMatchObject([{ organizationId: "org_b", id: row?.id }]);
    expect(await problems()).toEqual({ org_b: `missing ${row?.id}` });
  });

  it("is missed in every trail when it is nowhere, once", async () => {
    const { write, losses } = startProcess();
    const [row] = await write(personal);
    await tamper("DELETE FROM audit_event WHERE id = $1", [row?.id]);
    await seal();
    await seal();
    expect(losses).toMatchObject([{ organizationId: null, id: row?.id, rows: 1 }]);
    expect(await problems()).toEqual({ org_a: `missing ${row?.id}`, org_b: `missing ${row?.id}` });
  });

  it("is not missed in the trail of an organization that the person joined just now", async () => {
    const { write, losses } = startProcess();
    await write(personal);
    await join("org_new", "1 second");
    await seal();
    expect(losses).toEqual([]);
  });
});

describe("a report", () => {
  it("is written again until it is sealed, and outside the database once", async () => {
    const { write, losses, errors } = startProcess();
    const [row] = await write({});
    await tamper("DELETE FROM audit_event");
    await turn();
    for (let again = 0; again < 3; again++) {
      await tamper("DELETE FROM audit_event");
      await turn();
    }
    expect(losses).toHaveLength(1);
    await seal();
    expect(await problems()).toEqual({ org_a: `missing ${row?.id}` });
    expect(errors).toEqual([]);
  });

  it("outlives a trigger that swallows every row", async () => {
    const { write, losses } = startProcess();
    await database.pool.query(`CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`);
    await database.pool.query(
      "CREATE TRIGGER swallow BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION swallow()",
    );
    const [row] = await write({});
    await turn();
    await turn();
    expect(losses).toMatchObject([{ id: row?.id }]);
    await database.pool.query("DROP TRIGGER swallow ON audit_event");
    await seal();
    expect(await problems()).toEqual({ org_a: `missing ${row?.id}` });
  });

  it("waits while it cannot be written", async () => {
    const { write, losses, errors, witness } = startProcess();
    const [row] = await write({});
    await tamper("DELETE FROM audit_event");
    await database.pool.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END';
       CREATE TRIGGER refuse BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION refuse()`,
    );
    await turn();
    await turn();
    expect(errors).toHaveLength(2);
    expect(witness.waiting()).toBe(1);
    expect(losses).toMatchObject([{ id: row?.id }]);
    await database.pool.query("DROP TRIGGER refuse ON audit_event");
    await turn();
    expect(losses).toHaveLength(1);
    expect(await problems()).toEqual({ org_a: `missing ${row?.id}` });
  });
});

describe("nothing is missed", () => {
  it("while many processes write, seal and look, and of what was rolled back", async () => {
    const all = [startProcess(), startProcess(), startProcess()];
    const context = { auditKey, requestId: createId("req"), clientAddress: "192.0.2.7", pool: database.pool };
    const undone = all.map(({ witness }) =>
      inTransaction({ ...context, witness }, async (client) => {
        await enterAudit(client, [auditValues(context, { action: "test.undone", outcome: "allowed" })]);
        throw new Error("undone");
      }).catch(() => {}),
    );
    const writers = all.map(async ({ write, sealer }) => {
      for (let time = 0; time < 20; time++) {
        await write({}, personal, { organizationId: null });
        if (time % 3 === 0) void sealer.sealNow();
      }
    });
    await Promise.all([...writers, ...undone]);
    await seal();
    expect(all.flatMap(({ losses, errors }) => [...losses, ...errors])).toEqual([]);
    expect(await problems()).toEqual({});
  });
});
