import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { deserialize } from "node:v8";
import { environmentWith } from "@trigger.dev/testing";

/** An error of the SDK, as its user would see it; `name` is the class. */
export class SdkError extends Error {
  readonly isApiError: boolean;
  readonly status: number | undefined;
  readonly code: string | undefined;

  constructor({ name, message, isApiError, status, code }: SdkFailure) {
    super(message);
    this.name = name;
    this.isApiError = isApiError;
    this.status = status;
    this.code = code;
  }
}

type SdkFailure = { name: string; message: string; isApiError: boolean; status?: number; code?: string };

export type Turn = "next" | "previous";
export type Turned<T> = { pages: T[][]; hasNext: boolean; hasPrevious: boolean };

/** The SDK with one credential. `path` names a function of it, as `runs.list`. */
export type SdkAs = {
  call: <T = Record<string, unknown>>(path: string, ...args: unknown[]) => Promise<T>;
  /** Every item, over all pages. */
  all: <T = Record<string, unknown>>(path: string, ...args: unknown[]) => Promise<T[]>;
  /** The first page's items, and those of each page turned to. */
  turn: <T = Record<string, unknown>>(steps: readonly Turn[], path: string, ...args: unknown[]) => Promise<Turned<T>>;
};

export type PublishedSdk = {
  /** Inside `auth.withAuth` with this token; with what the process was configured with unless given. */
  as: (accessToken?: string) => SdkAs;
  stop: () => Promise<void>;
};

/** Starts a Node process with the unmodified `@trigger.dev/sdk` from npm, for the server at `baseURL`. */
export async function publishedSdk(baseURL: string, env: Record<string, string> = {}): Promise<PublishedSdk> {
  const child = fork(fileURLToPath(new URL("./sdk-process.mjs", import.meta.url)), [], {
    // Ours carry the workspace's resolve conditions, which the published packages must not meet.
    execArgv: [],
    env: environmentWith(env),
    serialization: "advanced",
  });
  const waiting = new Map<number, { answer: (reply: Uint8Array) => void; reject: (error: Error) => void }>();
  let calls = 0;
  await once(child, "message");
  child.on("message", ({ id, reply }: { id: number; reply: Uint8Array }) => {
    waiting.get(id)?.answer(reply);
    waiting.delete(id);
  });
  child.once("exit", (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`The SDK's process ended with ${code}.`));
  });
  const send = <T>(message: object): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const id = ++calls;
      const answer = (reply: Uint8Array): void => {
        const { value, error }: { value: T; error?: SdkFailure } = deserialize(reply);
        if (error) reject(new SdkError(error));
        else resolve(value);
      };
      waiting.set(id, { answer, reject });
      child.send({ id, ...message });
    });
  return {
    as: (accessToken) => {
      const credential = accessToken === undefined ? undefined : { baseURL, accessToken };
      return {
        call: (path, ...args) => send({ credential, path, args }),
        all: (path, ...args) => send({ credential, path, args, pages: "all" }),
        turn: (steps, path, ...args) => send({ credential, path, args, pages: steps }),
      };
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      const exited = once(child, "exit");
      child.disconnect();
      await exited;
    },
  };
}
