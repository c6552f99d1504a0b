-- CreateTable
CREATE TABLE "error_search" (
    "environment_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "searched" TEXT NOT NULL,
    "status" "error_status" NOT NULL,
    "magnitude" SMALLINT NOT NULL,
    "first_seen" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_hour" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "error_search_pkey" PRIMARY KEY ("environment_id","fingerprint")
);

-- What Prisma cannot say. Rows change in place, which leaves their index alone.
ALTER TABLE "error_search" SET (fillfactor = 90);

/* A time of an error down to its hour. */
CREATE FUNCTION "error_hour"("at" timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN date_bin('1 hour', "at", TIMESTAMPTZ '2000-01-01 00:00:00+00');

INSERT INTO "error_search" ("environment_id", "fingerprint", "searched", "status", "magnitude", "first_seen", "last_seen_hour")
SELECT "environment_id", "fingerprint", "error_searched"("error_type", "error_message"), "status", "magnitude", "first_seen",
  "error_hour"("last_seen")
FROM "error_group";

-- DropTable
DROP TABLE "error_group_text";

-- A search reads what waits to enter the index, so that stays short.
CREATE INDEX "error_search_terms_idx" ON "error_search" USING GIN ("error_search_terms"("searched")) WITH (gin_pending_list_limit = 256);

-- Which terms are common is asked of the groups that failed last; to work out those of thousands would take ANALYZE seconds.
ALTER INDEX "error_search_terms_idx" ALTER COLUMN 1 SET STATISTICS 0;

/* What a search's page is chosen by follows the group, which seldom changes it. */
CREATE FUNCTION "error_search_follow"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE error_search SET status = NEW.status, magnitude = NEW.magnitude, first_seen = NEW.first_seen,
    last_seen_hour = error_hour(NEW.last_seen)
  WHERE environment_id = NEW.environment_id AND fingerprint = NEW.fingerprint;
  RETURN NULL;
END $$;

CREATE TRIGGER "error_group_search" AFTER UPDATE OF "status", "magnitude", "first_seen", "last_seen" ON "error_group" FOR EACH ROW
  WHEN (OLD.status <> NEW.status OR OLD.magnitude <> NEW.magnitude OR OLD.first_seen <> NEW.first_seen
    OR error_hour(OLD.last_seen) <> error_hour(NEW.last_seen))
  EXECUTE FUNCTION "error_search_follow"();

-- Until the next run of autovacuum, a search would be planned without knowing how many there are.
ANALYZE "error_search";
