import { isObject, type RunMetadata } from "./apply-metadata-operations.js";
import { JSON_TYPE, readPacket } from "./run-packet.js";

/** A run's metadata as it is stored. It may have been triggered as any JSON; what is no object counts as an empty one. */
export function storedMetadata(text: string | null): RunMetadata {
  const value = readPacket(text, JSON_TYPE);
  return isObject(value) ? value : {};
}
