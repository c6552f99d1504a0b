-- DropIndex
DROP INDEX "error_group_error_type_error_message_idx";

-- CreateTable
CREATE TABLE "error_group_text" (
    "environment_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "error_type" TEXT NOT NULL,
    "error_message" TEXT NOT NULL,

    CONSTRAINT "error_group_text_pkey" PRIMARY KEY ("environment_id","fingerprint")
);

INSERT INTO "error_group_text" ("environment_id", "fingerprint", "error_type", "error_message")
SELECT "environment_id", "fingerprint", "error_type", "error_message" FROM "error_group";

-- CreateIndex
CREATE INDEX "error_group_text_error_type_error_message_idx" ON "error_group_text" USING GIN ("error_type" gin_trgm_ops, "error_message" gin_trgm_ops);

-- A search reads what waits to enter the trigram index, so that stays short.
ALTER INDEX "error_group_text_error_type_error_message_idx" SET (gin_pending_list_limit = 256);

-- Until the next run of autovacuum, a search would be planned without knowing how many there are.
ANALYZE "error_group_text";
