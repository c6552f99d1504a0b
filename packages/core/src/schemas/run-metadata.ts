import * as z from "zod";
import { storableText } from "./text.js";

/** Operations that one request may hold, of each kind. */
const MOST_OPERATIONS = 1000;

/** A key of the metadata, or a path into it such as `$.progress.done`. */
const Key = storableText(1024).min(1);
/** Any JSON value. */
const Value = z.unknown().refine((value) => value !== undefined, "must be there");
const Metadata = z.record(z.string(), z.unknown());

/** One change of a run's metadata. */
export const RunMetadataOperation = z.discriminatedUnion("type", [
  z.object({ type: z.literal("set"), key: Key, value: Value }),
  z.object({ type: z.literal("delete"), key: Key }),
  z.object({ type: z.literal("append"), key: Key, value: Value }),
  z.object({ type: z.literal("remove"), key: Key, value: Value }),
  z.object({ type: z.literal("increment"), key: Key, value: z.number() }),
  z.object({ type: z.literal("update"), value: Metadata }),
]);
export type RunMetadataOperation = z.infer<typeof RunMetadataOperation>;

const Operations = z.array(RunMetadataOperation).max(MOST_OPERATIONS);

/** Body of `PUT /api/v1/runs/:id/metadata`: the whole of it, or changes, of which some may be the parent's or the root's. */
export const UpdateRunMetadataRequestBody = z.object({
  metadata: Metadata.optional(),
  operations: Operations.optional(),
  parentOperations: Operations.optional(),
  rootOperations: Operations.optional(),
});
export type UpdateRunMetadataRequestBody = z.infer<typeof UpdateRunMetadataRequestBody>;

/** Answer of the same, and of `GET`: the run's metadata as it is now. */
export const UpdateRunMetadataResponseBody = z.object({ metadata: Metadata });
export type UpdateRunMetadataResponseBody = z.infer<typeof UpdateRunMetadataResponseBody>;
