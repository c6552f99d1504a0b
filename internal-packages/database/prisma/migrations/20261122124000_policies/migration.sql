-- AlterTable
ALTER TABLE "organization" ADD COLUMN     "policy" JSONB;

-- AlterTable
ALTER TABLE "user_actor_token" ADD COLUMN     "cap_defaulted" BOOLEAN NOT NULL DEFAULT false;
