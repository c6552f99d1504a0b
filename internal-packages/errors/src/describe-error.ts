import type { TaskError } from "./task-error.js";

/** A failure in the words that a person reads. */
export interface ErrorDescription {
  /** `value` and `nothing`: what was thrown is no error. */
  readonly kind: "error" | "value" | "nothing";
  readonly errorType: string;
  /** The name as it stands in the stack trace. */
  readonly name: string;
  readonly message: string;
  readonly stackTrace: string;
}

/** Reads a worker's error, of which every part may be missing. */
export function describeError(error: TaskError): ErrorDescription {
  switch (error.type) {
    case "BUILT_IN_ERROR": {
      const stackTrace = error.stackTrace ?? "";
      const name = error.name === undefined || error.name === "" ? nameInStack(stackTrace) : error.name;
      return { kind: "error", errorType: readableName(name), name, message: error.message ?? "", stackTrace };
    }
    case "INTERNAL_ERROR": {
      const { code, message = "", stackTrace = "" } = error;
      return {
        kind: "error",
        errorType: code,
        name: code,
        message: message === "" ? sentenceOf(code) : message,
        stackTrace,
      };
    }
    case "STRING_ERROR":
      return describeValue(error.raw, "String");
    case "CUSTOM_ERROR":
      return describeObject(error.raw);
  }
}

function describeValue(raw: string | undefined, errorType: string): ErrorDescription {
  if (raw === undefined || raw === "") {
    return { kind: "nothing", errorType, name: "", message: "An empty value was thrown", stackTrace: "" };
  }
  return { kind: "value", errorType, name: "", message: raw, stackTrace: "" };
}

/** A thrown object arrives as JSON; its own name and message serve when it has them. */
function describeObject(raw: string | undefined): ErrorDescription {
  const nothing = raw === undefined || raw === "" || raw === "undefined" ? "undefined" : raw === "null" ? "null" : null;
  if (nothing !== null) {
    return { kind: "nothing", errorType: nothing, name: "", message: `${nothing} was thrown`, stackTrace: "" };
  }
  const found = raw === undefined ? null : /^\s*\{[^{}]{0,400}?"name"\s*:\s*"([A-Za-z_$][\w$.]{0,100})"/.exec(raw);
  return describeValue(raw, found?.[1] ?? "Object");
}

/** `TypeError: …` or a bare name at the head of a stack trace. */
function nameInStack(stackTrace: string): string {
  return /^(?:Uncaught )?([A-Za-z_$][\w$.]{0,100})(?= \[|:|\n|$)/.exec(stackTrace)?.[1] ?? "Error";
}

/** esbuild writes `_OrderError` for a class that names itself. */
const readableName = (name: string): string => name.replace(/^_(?=[A-Z])/, "");

function sentenceOf(code: string): string {
  const words = code.toLowerCase().replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
