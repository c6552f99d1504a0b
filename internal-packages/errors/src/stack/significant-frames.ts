import { type Frame, parseFrame } from "./frame.js";

/** Farther out than this no frame says anything about the cause. */
const MAX_LINES = 48;
const MAX_STACK_LENGTH = 16_384;
const MAX_LINE_LENGTH = 2_000;

/** Functions that throw, ask or read on behalf of their caller, by names that say nothing of what for. */
const ON_BEHALF = new RegExp(
  `^_?(?:${[
    "(?:assert|invariant|ensure|expect|must|unwrap|guard|check|require)(?:Is|Ok|That|True|Never|Defined|Present|Exists|Some|NonNull|NotNull|Equals?|Condition)?",
    "(?:throw|raise|fail|bail|panic|reject|abort|die|unreachable)(?:Error|Exception|With|If\\w*|Unless\\w*|Fast)?",
    "[a-z]\\w*(?:Error|Exception|Failure)s?",
    "(?:notFound|badRequest|unauthori[sz]ed|forbidden|conflict|gone|tooMany[A-Z]\\w*|unprocessable)",
    "(?:request|fetch|call|invoke|query|exec|execute|send|get|post|put|patch|del|delete|read|write|parse|validate|api|http)",
    "handle(?:Response|Result|Status)\\w*",
  ].join("|")})$`,
);
/** `HttpError.fromResponse` */
const MAKES_ERRORS = /(?:Error|Exception)\.\w+$/;
/** Callers that only pass calls along: which of them stood there says nothing. */
const PASSES_ALONG =
  /^_?(?:run|exec|invoke|call|apply|attempt|retry|repeat|wrap|with|recurs|nest|deep|descend|down|dive|drill|hop|layer|level|depth|via|outer|inner|sync|async|later|defer|delay|schedule|enqueue|step|loop|main|handler|callback|cb|fn|next|then|default|caught|trap|capture|measure|trace|span|timed|fulfilled|rejected|adopt)(?:[A-Z_\d]\w*|e|ed|er|ion|ively|ing|s)?$/;
/** Functions that only call again, deeper or later: as the nearest frame they say no more than their file. */
const CALLS_AGAIN =
  /^_?(?:descend|down|dive|drill|hop|layer|level|depth|via|deep|deeper|nest|nested|recur|recurse|recursive|recursively|repeat|retry|attempt|caught|again|later|defer|delay|(?:run|call|invoke|exec)(?=[A-Z]))(?:Sync|Async|Later|Again|Deep|Deeper|Down|Nested|Once|\d)*$/;
const MAX_FRAMES = 3;

/**
 * The frames that tell a cause: the nearest one to the throw; the caller of a function that acts on behalf of others;
 * the function around a callback that a built-in called. Outer frames differ between a synchronous and an asynchronous
 * way to the same throw, and say nothing.
 */
export function significantFrames(stackTrace: string, name: string, message: string): string[] {
  const frames = new InAppFrames(stackTrace, headerEnd(stackTrace, name, message));
  if (name === "RangeError" && message.startsWith("Maximum call stack")) return repeatedFrames(frames);
  const chosen: string[] = [];
  for (let frame = frames.next(); frame !== null; frame = frames.next()) {
    if (chosen.length > 0 && !isTellingCaller(frame)) break;
    const label = labelOf(frame);
    if (chosen.at(-1) !== label) chosen.push(label);
    if (chosen.length === MAX_FRAMES) break;
    const isCallback = frame.functionName === "" && chosen.length === 1 && frames.isBuiltInNext();
    if (!isCallback && !actsForItsCaller(frame)) break;
  }
  return chosen;
}

const labelOf = ({ file, functionName }: Frame): string =>
  `${file}:${functionName === "" || CALLS_AGAIN.test(functionName) ? "<anonymous>" : functionName}`;

const isTellingCaller = ({ functionName }: Frame): boolean =>
  functionName !== "" && !PASSES_ALONG.test(functionName.slice(functionName.lastIndexOf(".") + 1));

const actsForItsCaller = ({ functionName }: Frame): boolean =>
  MAKES_ERRORS.test(functionName) || ON_BEHALF.test(functionName.slice(functionName.lastIndexOf(".") + 1));

/** Whose turn it is when the stack runs over is chance; who takes part in the recursion is not. */
function repeatedFrames(frames: InAppFrames): string[] {
  const seen = new Map<string, number>();
  for (let frame = frames.next(); frame !== null; frame = frames.next()) {
    const label = labelOf(frame);
    seen.set(label, (seen.get(label) ?? 0) + 1);
  }
  const repeated = [...seen].filter(([, times]) => times > 1).map(([label]) => label);
  return repeated.length > 0 ? repeated.sort() : [...seen.keys()].slice(0, 1);
}

/** Reads no further than it is asked to: most often the nearest frame is enough. A generator would take twice as long. */
class InAppFrames {
  readonly #stackTrace: string;
  readonly #limit: number;
  #position: number;
  #lines = 0;

  constructor(stackTrace: string, start: number) {
    this.#stackTrace = stackTrace;
    this.#limit = Math.min(stackTrace.length, start + MAX_STACK_LENGTH);
    this.#position = start;
  }

  next(): Frame | null {
    while (this.#lines < MAX_LINES && this.#position < this.#limit) {
      const start = this.#position;
      const end = lineEnd(this.#stackTrace, start);
      this.#lines += 1;
      this.#position = end + 1;
      const frame = frameAt(this.#stackTrace, start, end);
      if (frame?.inApp === true) return frame;
    }
    return null;
  }

  /** Whether `Array.map`, `new Promise` and the like stand there. */
  isBuiltInNext(): boolean {
    const start = this.#position;
    return frameAt(this.#stackTrace, start, lineEnd(this.#stackTrace, start))?.builtIn === true;
  }
}

function lineEnd(stackTrace: string, position: number): number {
  const end = stackTrace.indexOf("\n", position);
  return end < 0 ? stackTrace.length : end;
}

const frameAt = (stackTrace: string, start: number, end: number): Frame | null =>
  end - start > MAX_LINE_LENGTH ? null : parseFrame(stackTrace.slice(start, end));

/** The message stands before the frames and may hold lines that look like some. */
function headerEnd(stackTrace: string, name: string, message: string): number {
  if (message === "") return 0;
  if (stackTrace.startsWith(message, name.length + 2)) return name.length + 2 + message.length;
  const at = stackTrace.slice(0, 600).indexOf(message.slice(0, 200));
  return at >= 0 && stackTrace.startsWith(message, at) ? at + message.length : 0;
}
