-- The trail gets an order, reasons, and what shows that nobody rewrote it (docs/decisions/060-a-sealed-audit-trail.md).

-- CreateSequence
CREATE SEQUENCE "audit_event_seq";

-- A number is given out after its transaction has an id of its own, so that once every older transaction has ended
-- no lower number can still appear.
CREATE FUNCTION "audit_next_seq"() RETURNS BIGINT LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_current_xact_id();
    RETURN nextval('audit_event_seq');
END
$$;

-- DropIndex
DROP INDEX "audit_event_organization_id_at_idx";

-- AlterTable
ALTER TABLE "audit_event" DROP CONSTRAINT "audit_event_pkey";
UPDATE "audit_event" SET "organization_id" = '' WHERE "organization_id" IS NULL;
ALTER TABLE "audit_event"
    ALTER COLUMN "organization_id" SET NOT NULL,
    ALTER COLUMN "organization_id" SET DEFAULT '',
    ALTER COLUMN "at" DROP DEFAULT,
    ADD COLUMN "seq" BIGINT NOT NULL DEFAULT "audit_next_seq"(),
    ADD COLUMN "reason" TEXT,
    ADD COLUMN "mac" BYTEA NOT NULL DEFAULT '';
ALTER TABLE "audit_event" ALTER COLUMN "mac" DROP DEFAULT;
ALTER TABLE "audit_event" ADD CONSTRAINT "audit_event_pkey" PRIMARY KEY ("organization_id", "seq");

-- CreateIndex
CREATE INDEX "audit_event_seq_idx" ON "audit_event"("seq");

-- CreateIndex
CREATE INDEX "audit_event_at_idx" ON "audit_event" USING BRIN ("at");

-- CreateTable
CREATE TABLE "audit_seal" (
    "organization_id" TEXT NOT NULL,
    "number" BIGINT NOT NULL,
    "sealed_at" TIMESTAMPTZ(3) NOT NULL,
    "through" BIGINT NOT NULL,
    "seqs" BIGINT[],
    "organizations" TEXT[],
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_seal_pkey" PRIMARY KEY ("organization_id", "number")
);

-- CreateTable
CREATE TABLE "audit_key" (
    "id" TEXT NOT NULL,
    "ciphertext" TEXT NOT NULL,

    CONSTRAINT "audit_key_pkey" PRIMARY KEY ("id")
);

-- Append-only. Whoever owns the tables can take this away again; the seals are what shows it.
CREATE FUNCTION "audit_refuse_change"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'audit_event' AND current_setting('audit.retaining', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'The audit trail is append-only: % of % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege', HINT = 'npm run admin -- audit retain';
END
$$;

CREATE TRIGGER "audit_event_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_event"
    FOR EACH STATEMENT EXECUTE FUNCTION "audit_refuse_change"();
CREATE TRIGGER "audit_seal_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_seal"
    FOR EACH STATEMENT EXECUTE FUNCTION "audit_refuse_change"();

-- The one way for rows to go: those of one organization up to a number. It is an event of the trail itself.
CREATE FUNCTION "audit_retain"(organization TEXT, through BIGINT) RETURNS BIGINT LANGUAGE plpgsql AS $$
DECLARE
    removed BIGINT;
BEGIN
    PERFORM set_config('audit.retaining', 'on', true);
    DELETE FROM "audit_event" WHERE "organization_id" = organization AND "seq" <= through;
    GET DIAGNOSTICS removed = ROW_COUNT;
    PERFORM set_config('audit.retaining', '', true);
    RETURN removed;
END
$$;
