import { createSecretKey, randomBytes } from "node:crypto";
import { createId } from "@trigger.dev/core/ids";
import { createEncryption } from "@trigger.dev/rbac";
import { createTestSecrets } from "@trigger.dev/rbac/test-world";
import { startTestDatabase, type TestDatabase } from "@trigger.dev/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  AUDIT_COLUMNS,
  type AuditContext,
  type AuditEntry,
  auditValues,
  enterAudit,
} from "../services/audit.server.js";
import { type AuditKey, loadAuditKey } from "./audit-key.server.js";
import { eventMac } from "./event-mac.js";
import { retainAuditSince } from "./retain.server.js";
import { sealRows } from "./seal-rows.server.js";
import { BEGINNING, sealHash } from "./seal-hash.js";
import { startSealer } from "./sealer.server.js";
import { verifyTrail } from "./verify-trail.server.js";

const encryption = createEncryption(createTestSecrets());

const COLUMNS = `organization_id, ${AUDIT_COLUMNS}`;
const A = "org_a";
const B = "org_b";

let database: TestDatabase;
let auditKey: AuditKey;
let context: AuditContext;
beforeEach(async () => {
  database = await startTestDatabase();
  auditKey = await loadAuditKey(database.pool, encryption);
  context = { auditKey, requestId: createId("req"), clientAddress: "192.0.2.7" };
});
afterEach(() => database.stop());

const write = (entries: Partial<AuditEntry>[]) =>
  enterAudit(
    database.pool,
    entries.map((entry) =>
      auditValues(context, {
        action: "test.do",
        outcome: "allowed",
        organizationId: A,
        userId: "user_1",
        credential: { kind: "uat", id: "uat_1", parentId: "pat_1", client: "ci" },
        target: "thing_1",
        detail: { z: 1.5, a: ["é\ud800\0", { b: null, "": 1e21 }] },
        ...entry,
      }),
    ),
  );

async function seal(): Promise<void> {
  const { rows } = await database.pool.query<{ last: string }>("SELECT last_value::text AS last FROM audit_event_seq");
  expect(await sealRows(database.pool, auditKey.key, BigInt(rows[0]?.last ?? 0))).not.toBe("busy");
}

/** Three batches: A1 B2 I3 | A4 A5 B6 | A7 B8. */
async function fill(): Promise<void> {
  await write([{}, { organizationId: B }, { organizationId: null }]);
  await seal();
  await write([{ reason: "why", outcome: "refused" }, {}, { organizationId: B }]);
  await seal();
  await write([{}, { organizationId: B }]);
  await seal();
}

/** What somebody does who owns the tables. */
const tamper = async (...statements: string[]) => {
  for (const table of ["audit_event", "audit_seal"])
    await database.pool.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  for (const statement of statements) {
    const { rowCount } = await database.pool.query(statement);
    expect(rowCount, statement).toBeGreaterThan(0);
  }
};

async function problems(): Promise<Record<string, string>> {
  const chains = await verifyTrail(database.pool, auditKey);
  return Object.fromEntries(
    chains.flatMap(({ organizationId, problem }) =>
      problem ? [[organizationId ?? "instance", `${problem.kind} ${problem.seq ?? problem.message}`]] : [],
    ),
  );
}

describe("a trail that nobody touched", () => {
  it("verifies, and says what is not sealed yet", async () => {
    await fill();
    await write([{}, {}]);
    expect(await problems()).toEqual({});
    const [of] = (await verifyTrail(database.pool, auditKey)).filter(({ organizationId }) => organizationId === A);
    expect(of).toMatchObject({ rows: 6, unsealed: 2, unsigned: 0, head: { number: "3" } });
  });

  it("verifies with nothing in it", async () => {
    expect(await verifyTrail(database.pool, auditKey)).toMatchObject([{ rows: 0, head: null, problem: null }]);
  });

  it("has the same key for every process, also when they ask at once", async () => {
    await database.pool.query("DELETE FROM audit_key");
    const keys = await Promise.all([1, 2, 3].map(() => loadAuditKey(database.pool, encryption)));
    expect(new Set(keys.map(({ key }) => key.export().toString("hex"))).size).toBe(1);
  });
});

it("is append-only: the tables refuse every other change", async () => {
  await fill();
  for (const statement of [
    "UPDATE audit_event SET outcome = 'allowed'",
    "DELETE FROM audit_event",
    "TRUNCATE audit_event",
    "UPDATE audit_seal SET sealed_at = now()",
    "DELETE FROM audit_seal",
    "TRUNCATE audit_seal",
  ]) {
    await expect(database.pool.query(statement), statement).rejects.toThrow("append-only");
  }
  expect(await problems()).toEqual({});
});

describe("an attacker with the database", () => {
  it("is found out whatever column of a row is changed", async () => {
    await fill();
    await database.pool.query("CREATE TABLE kept AS SELECT * FROM audit_event WHERE seq = 4");
    for (const [column, value] of [
      ["id", "'audit_x'"],
      ["at", "at + interval '1 millisecond'"],
      ["action", "'test.other'"],
      ["outcome", "'allowed'"],
      ["reason", "NULL"],
      ["user_id", "'user_2'"],
      ["credential", `'{"kind": "uat", "id": "uat_1", "parentId": "pat_1", "client": "other"}'`],
      ["credential", "NULL"],
      ["target", "'thing_2'"],
      ["address", "'192.0.2.8'"],
      ["request_id", "'req_2'"],
      ["detail", `detail || '{"z": 2}'`],
      ["mac", "decode(md5('x') || md5('y'), 'hex')"],
      ["mac", "''"],
    ]) {
      await tamper(`UPDATE audit_event SET ${column} = ${value} WHERE seq = 4`);
      expect(await problems(), `${column} = ${value}`).toEqual({ [A]: "altered 4" });
      await tamper(`UPDATE audit_event SET ${column} = (SELECT ${column} FROM kept) WHERE seq = 4`);
    }
    expect(await problems()).toEqual({});
  });

  it("is found out when a row moves to another organization", async () => {
    await fill();
    await tamper(`UPDATE audit_event SET organization_id = '${B}' WHERE seq = 4`);
    expect(await problems()).toEqual({ [A]: "missing 4", [B]: "altered 4" });
  });

  it("is found out when a row in the middle is deleted", async () => {
    await fill();
    await tamper("DELETE FROM audit_event WHERE seq = 5");
    expect(await problems()).toEqual({ [A]: "missing 5" });
  });

  it("is found out when a row is deleted and the link's list is mended", async () => {
    await fill();
    await tamper(
      "DELETE FROM audit_event WHERE seq = 5",
      `UPDATE audit_seal SET seqs = array_remove(seqs, 5) WHERE organization_id = '${A}' AND number = 2`,
    );
    expect((await problems())[A]).toMatch(/^link link 2 of its chain over the rows 4 to 4/);
  });

  it("is found out when two rows are swapped", async () => {
    await fill();
    await tamper(
      "UPDATE audit_event SET seq = 1000 WHERE seq = 4",
      "UPDATE audit_event SET seq = 4 WHERE seq = 5",
      "UPDATE audit_event SET seq = 5 WHERE seq = 1000",
    );
    expect((await problems())[A]).toMatch(/^link link 2/);
  });

  it("is found out when a row is put in later, signed with a key of their own", async () => {
    await fill();
    const { mac } = auditValues(
      { ...context, auditKey: { ...auditKey, key: createSecretKey(randomBytes(32)) } },
      {
        action: "test.do",
        outcome: "allowed",
      },
    );
    const columns = "organization_id, seq, id, at, action, outcome, mac";
    const values = (seq: string) => `('${A}', ${seq}, 'audit_x', now(), 'test.do', 'allowed', '${mac}')`;
    await tamper(`INSERT INTO audit_event (${columns}) VALUES ${values("audit_next_seq()")}`);
    expect(await problems()).toEqual({ [A]: "altered 9" });
  });

  it("is found out when a genuine row is entered again among the sealed ones", async () => {
    await fill();
    await tamper(`INSERT INTO audit_event (seq, ${COLUMNS}) SELECT 0, ${COLUMNS} FROM audit_event WHERE seq = 4`);
    expect(await problems()).toEqual({ [A]: "added 0" });
  });

  it("is found out when a copy of a genuine row was there in time to be sealed", async () => {
    await fill();
    await tamper(`INSERT INTO audit_event (${COLUMNS}) SELECT ${COLUMNS} FROM audit_event WHERE seq = 4`);
    await seal();
    expect(await problems()).toEqual({ [A]: "added 9" });
  });

  it("is found out when all after a change is chained anew without the key", async () => {
    await fill();
    const own = createSecretKey(randomBytes(32));
    await tamper(`UPDATE audit_event SET user_id = 'user_2' WHERE seq = 7`);
    const { rows } = await database.pool.query(
      `SELECT id, at, action, outcome, reason, user_id AS "userId", target, address, request_id AS "requestId",
        NULL AS credential, NULL AS detail FROM audit_event WHERE seq = 7`,
    );
    const mac = eventMac(own, { ...rows[0], at: rows[0].at.toISOString(), organizationId: A });
    const previous = await database.pool.query<{ hash: Buffer; sealedAt: Date }>(
      `SELECT hash, sealed_at AS "sealedAt" FROM audit_seal WHERE organization_id = '${A}' AND number = 2`,
    );
    const hash = sealHash(own, previous.rows[0]?.hash ?? BEGINNING, {
      organizationId: A,
      number: 3n,
      sealedAt: previous.rows[0]?.sealedAt ?? new Date(),
      through: 8n,
      rows: [{ seq: 7n, mac: Buffer.from(mac.slice(2), "hex") }],
      witnessed: [],
    });
    await tamper(
      `UPDATE audit_event SET mac = '${mac}' WHERE seq = 7`,
      `UPDATE audit_seal SET hash = '\\x${hash.toString("hex")}' WHERE organization_id = '${A}' AND number = 3`,
    );
    expect(await problems()).toEqual({ [A]: "altered 7", instance: expect.stringMatching(/^link link 3/) });
  });

  it("is found out when the end of one organization's trail is cut off, by the instance's chain", async () => {
    await fill();
    await tamper(
      "DELETE FROM audit_event WHERE seq = 7",
      `DELETE FROM audit_seal WHERE organization_id = '${A}' AND number = 3`,
    );
    expect(await problems()).toEqual({
      [A]: "link its link over the rows up to 8 is missing",
      instance: expect.stringMatching(/^link link 3/),
    });
  });

  it("is found out when a link is deleted from the middle", async () => {
    await fill();
    await tamper(`DELETE FROM audit_seal WHERE organization_id = '' AND number = 2`);
    expect(await problems()).toEqual({ instance: "link its link over the rows up to 6 is missing" });
  });

  it("is found out when rows are removed by the retention's function without the event that goes with it", async () => {
    await fill();
    await database.pool.query("SELECT audit_retain($1, 6)", [A]);
    expect(await problems()).toEqual({ [A]: "missing 1" });
  });
});

describe("retention", () => {
  it("removes what is old, and what is left verifies, again and again", async () => {
    await fill();
    const by = { userId: null, credential: { kind: "operator" } };
    const change = { ...context, pool: database.pool };
    for (let turn = 0; turn < 2; turn++) {
      await retainAuditSince(change, { before: new Date(Date.now() + 1000), by });
      expect(await problems()).toEqual({});
      await write([{}, { organizationId: B }]);
      await seal();
      expect(await problems()).toEqual({});
    }
    const { rows } = await database.pool.query("SELECT 1 FROM audit_event WHERE seq <= 8");
    expect(rows).toEqual([]);
    await tamper(
      `DELETE FROM audit_event WHERE seq = (SELECT max(seq) FROM audit_event WHERE organization_id = '${A}')`,
    );
    expect(Object.keys(await problems())).toEqual([A]);
  });
});

describe("sealers of several processes", () => {
  it("seal every row once, in order, while rows are written and transactions hang or fail", async () => {
    const anchor = { advance: async () => {}, keep: async () => {} };
    const onError = (error: unknown) => {
      throw error;
    };
    const witness = { check: async () => {}, waiting: () => 0 };
    const options = { pool: database.pool, auditKey, anchor, witness, onError, everyMs: 5 };
    const sealers = [1, 2, 3].map(() => startSealer(options));
    // A row that is written early and committed late must not be passed over.
    const slow = await database.pool.connect();
    await slow.query("BEGIN");
    await enterAudit(slow, [auditValues(context, { action: "test.slow", outcome: "allowed", organizationId: A })]);
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let turn = 0; turn < 20; turn++) await write([{ organizationId: writer % 2 ? A : B }, {}]);
    });
    const failing = await database.pool.connect();
    await failing.query("BEGIN");
    await enterAudit(failing, [auditValues(context, { action: "test.undone", outcome: "allowed" })]);
    await Promise.all(writers.slice(0, 4));
    await failing.query("ROLLBACK");
    failing.release();
    await slow.query("COMMIT");
    slow.release();
    await Promise.all(writers);
    await expect
      .poll(async () => {
        const chains = await verifyTrail(database.pool, auditKey);
        return [chains.some(({ problem }) => problem), chains.reduce((sum, { unsealed }) => sum + unsealed, 0)];
      })
      .toEqual([false, 0]);
    await Promise.all(sealers.map((sealer) => sealer.close()));
    const { rows } = await database.pool.query(
      "SELECT (SELECT count(*)::int FROM audit_event) AS rows, (SELECT sum(cardinality(seqs))::int FROM audit_seal) AS sealed",
    );
    expect(rows).toEqual([{ rows: 321, sealed: 321 }]);
  });
});
