-- Whoever counts a day of a version counts the day of all versions in the same statement.
DROP TRIGGER "error_group_day_inserted" ON "error_bucket_day";
DROP TRIGGER "error_group_day_updated" ON "error_bucket_day";
DROP TRIGGER "error_group_day_deleted" ON "error_bucket_day";
DROP FUNCTION "count_error_group_days"();
