-- Lists by a tag walk an index of it, newest first, as lists by everything else do (docs/decisions/036-runs-move-together.md).

-- DropIndex
DROP INDEX "run_tags_idx";

-- CreateTable
CREATE TABLE "run_tag" (
    "environment_id" TEXT NOT NULL,
    "tag" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "run_id" TEXT NOT NULL,

    CONSTRAINT "run_tag_pkey" PRIMARY KEY ("environment_id","tag","created_at","run_id")
);

-- What was triggered before.
INSERT INTO "run_tag" ("environment_id", "tag", "created_at", "run_id")
SELECT DISTINCT "environment_id", "tag", "created_at", "id" FROM "run", unnest("tags") AS "tag" ORDER BY 1, 2, 3, 4;

-- Until the next run of autovacuum, a list would be planned without knowing how many there are.
ANALYZE "run_tag";
