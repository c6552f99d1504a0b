-- The ranks of what somebody resolved or ignored, for lists of these by count. Partial, so that a new group costs no more.
CREATE INDEX "error_group_settled_ranks_idx" ON "error_group"("environment_id", "status", "magnitude" DESC)
  WHERE "status" <> 'unresolved';
