-- As before, a number is given out after its transaction has an id of its own. Written so that PostgreSQL puts the
-- expression where the function is called, instead of calling it for each row.
CREATE OR REPLACE FUNCTION "audit_next_seq"() RETURNS BIGINT LANGUAGE sql VOLATILE AS $$
    SELECT CASE WHEN pg_current_xact_id() IS NOT NULL THEN nextval('audit_event_seq') END
$$;
