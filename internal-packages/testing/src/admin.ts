import { execFile } from "node:child_process";
import type { JsonObject } from "./api.js";
import { builtWebappFile } from "./repository.js";

export type Admin = <T = JsonObject>(...args: string[]) => Promise<T>;

/** The operator's tool refused: `exitCode`, and its sentence as the message. */
export class AdminError extends Error {
  constructor(
    message: string,
    readonly exitCode: number | null,
    readonly stdout: string,
  ) {
    super(message);
    this.name = "AdminError";
  }
}

/** The operator's tool with `env`, the server's own: `admin("user", "create", "--email", "a@example.com")`. */
export function createAdmin(env: NodeJS.ProcessEnv): Admin {
  return (...args) =>
    new Promise((resolve, reject) => {
      const child = execFile(
        process.execPath,
        ["--enable-source-maps", builtWebappFile("admin.js"), ...args, "--json"],
        { env },
        (error, stdout, stderr) => {
          if (error !== null) return reject(new AdminError(stderr.trim() || error.message, child.exitCode, stdout));
          try {
            resolve(JSON.parse(stdout));
          } catch {
            reject(new AdminError(`Standard output is not one JSON object: ${stdout}`, 0, stdout));
          }
        },
      );
    });
}
