-- DropIndex
DROP INDEX "error_group_text_error_type_error_message_idx";

-- CreateIndex
CREATE INDEX "error_group_environment_id_task_identifier_first_seen_idx" ON "error_group"("environment_id", "task_identifier", "first_seen" DESC);

-- CreateIndex
CREATE INDEX "error_group_environment_id_task_identifier_magnitude_idx" ON "error_group"("environment_id", "task_identifier", "magnitude" DESC);

/* What a search looks in: `Type: message`, in small letters. */
CREATE FUNCTION "error_searched"("error_type" text, "error_message" text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN lower(CASE WHEN "error_type" = '' THEN "error_message" ELSE "error_type" || ': ' || "error_message" END);

/*
 * What a text is found by: every three characters that follow each other, what remains of that at its end, and around
 * each space or punctuation mark the three characters before and after it. So words that are all common but do not stand
 * in that order are found to be missing, and a search of one or two letters is the beginning of a term.
 */
CREATE FUNCTION "error_search_terms"("searched" text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS $$
DECLARE
  terms text[] := string_to_array(searched, NULL);
  size integer := coalesce(cardinality(terms), 0);
  joints text[] := '{}';
BEGIN
  FOR place IN 1..size LOOP
    IF place BETWEEN 4 AND size - 3 AND terms[place] COLLATE "C" < '0' THEN
      joints := joints || substr(searched, place - 3, 7);
    END IF;
    -- The letters that come later are still single ones.
    IF place < size THEN
      terms[place] := terms[place] || terms[place + 1] || coalesce(terms[place + 2], '');
    END IF;
  END LOOP;
  RETURN array_to_tsvector(terms || joints);
END $$;

-- What Prisma cannot say. A search reads what waits to enter the index, so that stays short.
CREATE INDEX "error_group_text_terms_idx" ON "error_group_text"
  USING GIN ("error_search_terms"("error_searched"("error_type", "error_message"))) WITH (gin_pending_list_limit = 256);

-- Which terms are common is asked of the groups that failed last; to work out those of thousands would take ANALYZE seconds.
ALTER INDEX "error_group_text_terms_idx" ALTER COLUMN 1 SET STATISTICS 0;
