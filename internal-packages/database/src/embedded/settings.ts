import { totalmem } from "node:os";

const MIB = 2 ** 20;
const LEAST_MIB = 128;
const MOST_MIB = 8 * 1024;

/**
 * A quarter of what this process may use. A page that the database does not hold itself costs a call to the system, and
 * a list of errors looks at thousands. What is never read takes no memory.
 */
function sharedBuffersMiB(): number {
  // Without a limit this is nothing, or more than there is.
  const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return Math.max(LEAST_MIB, Math.min(MOST_MIB, Math.floor(memory / 4 / MIB)));
}

export interface ServerOptions {
  port: number;
  durable: boolean;
  /** Whether this build has the library that reads, after a restart, the pages that were held before it. */
  prewarms: boolean;
}

/** Run-time settings of a small machine's server. Given on the command line, so that they are always the code's. */
export function serverSettings({ port, durable, prewarms }: ServerOptions): string[] {
  const settings: Record<string, string | number> = {
    listen_addresses: "127.0.0.1",
    port,
    unix_socket_directories: "",
    max_connections: 120,
    shared_buffers: `${durable ? sharedBuffersMiB() : 32}MB`,
    shared_preload_libraries: durable && prewarms ? "pg_prewarm" : "",
    fsync: durable ? "on" : "off",
    synchronous_commit: durable ? "on" : "off",
    full_page_writes: durable ? "on" : "off",
    // Where containers give 64 MB of /dev/shm, a parallel query can fail for want of it; ours are short.
    max_parallel_workers_per_gather: 0,
    jit: "off",
    // Most of what is read is in the operating system's memory: to have another process fetch it takes longer than that.
    io_method: "sync",
    TimeZone: "UTC",
    log_timezone: "UTC",
    log_line_prefix: "%m [%p] ",
    log_checkpoints: "off",
    // Statements hold personal data, and parameters more of it.
    log_min_error_statement: "panic",
    log_parameter_max_length_on_error: 0,
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}
