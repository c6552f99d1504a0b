-- What packets hold is addressed by its hash, within its environment: the same content is stored once.

-- CreateTable
CREATE TABLE "packet_content" (
    "environment_id" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "content" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "packet_content_pkey" PRIMARY KEY ("environment_id","hash")
);

-- CreateIndex
CREATE INDEX "packet_content_expires_at_idx" ON "packet_content"("expires_at");

-- AddForeignKey
ALTER TABLE "packet_content" ADD CONSTRAINT "packet_content_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What is there stays readable.
INSERT INTO "packet_content" ("environment_id", "hash", "content", "size", "expires_at")
SELECT DISTINCT ON ("environment_id", "content_hash") "environment_id", "content_hash", "content", "size", "expires_at"
FROM "packet" WHERE "content" IS NOT NULL ORDER BY "environment_id", "content_hash", "expires_at" DESC;

-- AlterTable
ALTER TABLE "packet" DROP COLUMN "content", DROP COLUMN "size";
