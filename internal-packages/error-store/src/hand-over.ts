/**
 * A statement that hands failed runs over to the flusher, in the transaction that ends them.
 * @param failed rows with the columns of the outbox but `at`
 */
export const handOverSql = (failed: string, at: string): string => `
  INSERT INTO error_outbox (at, environment_id, run_id, fingerprint, task_identifier, version)
  SELECT ${at}, environment_id, run_id, fingerprint, task_identifier, version FROM ${failed}`;
