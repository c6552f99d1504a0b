-- A list looks up thousands of groups by their key: of a million, that takes half the time of the primary key's.
-- CreateIndex
CREATE INDEX "error_group_fingerprint_idx" ON "error_group" USING HASH ("fingerprint");
