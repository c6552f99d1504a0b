-- After a tenth of the table has changed is late: until then a busy new environment is planned for as if it had no runs.
-- Whatever the table's size, statistics are made of as many of its rows.
ALTER TABLE "run" SET (autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000);
