import { describeError, type ErrorDescription } from "./describe-error.js";
import { digestOf, type DigestParts, FINGERPRINT_VERSION } from "./fingerprint-digest.js";
import { safeText } from "./safe-text.js";
import { significantFrames } from "./stack/significant-frames.js";
import { skeletonOf } from "./skeleton/skeleton.js";
import type { TaskError, TaskErrorCause } from "./task-error.js";

const MAX_CAUSES = 5;
const MAX_EXPLICIT_PARTS = 16;
const MAX_EXPLICIT_LENGTH = 512;
const MAX_ERROR_MESSAGE = 2_048;
const MAX_ERROR_TYPE = 128;
const MAX_STACK_TRACE = 16_384;

/** Why a failure landed in its group, in the order of the tiers. */
export interface GroupedBy {
  readonly version: string;
  readonly tier: "explicit" | "frames" | "message" | "value" | "nothing";
  readonly errorType: string;
  /** `file:function`, nearest to the throw first. */
  readonly frames: readonly string[];
  /** The message with `*` for what differs from one occurrence to the next. */
  readonly skeleton: string;
  readonly causes: readonly { errorType: string; skeleton: string; frame: string | null }[];
  /** What the worker asked for; absent when it asked for nothing. */
  readonly explicit?: readonly string[];
}

/** What a failed run is grouped and shown by. */
export interface Fingerprinted {
  /** URL-safe, 32 characters: the version and 124 bits of SHA-256. */
  readonly fingerprint: string;
  readonly errorType: string;
  readonly errorMessage: string;
  readonly stackTrace: string | null;
  readonly groupedBy: GroupedBy;
}

/** The fingerprint of a failure of one task in one environment, and why: see docs/errors-grouping.md. */
export function fingerprintOf(failure: {
  environmentId: string;
  taskIdentifier: string;
  error: TaskError;
}): Fingerprinted {
  const { environmentId, taskIdentifier, error } = failure;
  const described = describeError(error);
  const groupedBy = explain(error, described);
  return new Explained(digestOf(digestPartsOf(environmentId, groupedBy), taskIdentifier), groupedBy, described);
}

/** Only a new group asks for its texts, and most failures are of a known one. */
class Explained implements Fingerprinted {
  readonly #described: ErrorDescription;

  constructor(
    readonly fingerprint: string,
    readonly groupedBy: GroupedBy,
    described: ErrorDescription,
  ) {
    this.#described = described;
  }

  get errorType(): string {
    return this.groupedBy.errorType;
  }

  get errorMessage(): string {
    return safeText(this.#described.message, MAX_ERROR_MESSAGE);
  }

  get stackTrace(): string | null {
    const { stackTrace } = this.#described;
    return stackTrace === "" ? null : safeText(stackTrace, MAX_STACK_TRACE);
  }
}

/** What the fingerprint of a failure is made of, for whoever learns of its task in the database: `fingerprintSql`. */
export function fingerprintParts({ environmentId, error }: { environmentId: string; error: TaskError }): DigestParts {
  return digestPartsOf(environmentId, explain(error, describeError(error)));
}

function explain(error: TaskError, described: ErrorDescription): GroupedBy {
  const explicit = explicitParts(error.fingerprint);
  const { name, message, stackTrace } = described;
  const frames = stackTrace === "" ? [] : significantFrames(stackTrace, name, message);
  return {
    version: FINGERPRINT_VERSION,
    tier: explicit === undefined ? tierOf(described, frames) : "explicit",
    errorType: safeText(described.errorType, MAX_ERROR_TYPE),
    frames,
    skeleton: safeText(skeletonOf(message), MAX_ERROR_MESSAGE),
    causes: causesOf(error),
    ...(explicit === undefined ? {} : { explicit }),
  };
}

function tierOf(described: ErrorDescription, frames: readonly string[]): GroupedBy["tier"] {
  if (described.kind !== "error") return described.kind;
  return frames.length > 0 ? "frames" : "message";
}

/** Undefined when nothing is asked for, or only what is computed anyway. */
function explicitParts(fingerprint: TaskError["fingerprint"]): string[] | undefined {
  if (fingerprint === undefined) return undefined;
  const parts = (typeof fingerprint === "string" ? [fingerprint] : fingerprint)
    .slice(0, MAX_EXPLICIT_PARTS)
    .map((part) => (isDefault(part) ? DEFAULT : safeText(part, MAX_EXPLICIT_LENGTH)));
  return parts.every((part) => part === DEFAULT || part.trim() === "") ? undefined : parts;
}

const DEFAULT = "{{ default }}";
const isDefault = (part: string): boolean => part.length < 32 && /^\s*\{\{\s*default\s*\}\}\s*$/.test(part);

/** Alike links, as of many retries, count once. */
function causesOf(error: TaskError): GroupedBy["causes"] {
  if (error.type !== "BUILT_IN_ERROR" || error.causes === undefined || error.causes.length === 0) return [];
  const seen = new Map<string, GroupedBy["causes"][number]>();
  for (const cause of error.causes.slice(0, MAX_CAUSES)) {
    const link = linkOf(cause);
    seen.set(JSON.stringify(link), link);
  }
  return [...seen.values()];
}

function linkOf({ name, message = "", stackTrace = "" }: TaskErrorCause): GroupedBy["causes"][number] {
  const frames = stackTrace === "" ? [] : significantFrames(stackTrace, name ?? "", message);
  return {
    errorType: safeText(name ?? "", MAX_ERROR_TYPE),
    skeleton: safeText(skeletonOf(message), MAX_ERROR_MESSAGE),
    frame: frames[0] ?? null,
  };
}

function partsOf(groupedBy: GroupedBy): unknown[] {
  const { tier, explicit } = groupedBy;
  if (explicit === undefined) return [tier, ...computedParts(groupedBy)];
  return [tier, explicit, explicit.includes(DEFAULT) ? computedParts(groupedBy) : []];
}

/** A class that took its name from a minified constructor has another one in each build. */
const MINIFIED = /^(?:[A-Za-z_$]|[a-z_$][\w$]|[A-Z][a-z\d_$])$/;

function computedParts({ errorType, frames, skeleton, causes }: GroupedBy): unknown[] {
  return [
    MINIFIED.test(errorType) ? "*" : errorType,
    frames,
    skeleton,
    causes.map((cause) => [cause.errorType, cause.skeleton, cause.frame]),
  ];
}

/** The JSON of `[environment, task, ...parts]`, around the task. */
const digestPartsOf = (environmentId: string, groupedBy: GroupedBy): DigestParts => ({
  before: `[${JSON.stringify(environmentId)},`,
  after: `,${JSON.stringify(partsOf(groupedBy)).slice(1)}`,
});
