import type { Server } from "node:http";
import type { RbacController } from "@trigger.dev/plugins/rbac";
import { listenToRuns } from "@trigger.dev/run-engine";
import type { Logger } from "pino";
import { Server as SocketServer, type Socket } from "socket.io";
import { z } from "zod";
import type { Rates } from "../app/api/rates.js";
import { createClientAddress } from "./http/client-address.js";

const MOST_MESSAGE_BYTES = 256 * 1024;
const MOST_RUNS = 1000;
/** A key that was revoked keeps its connection for no longer. */
const RECHECK_MS = 5000;

const Subscription = z.object({ runFriendlyIds: z.array(z.string().max(128)).max(MOST_RUNS) });

export interface DevSocket {
  /** Cuts every connection; the server itself stays. */
  close(): Promise<void>;
}

export interface DevSocketOptions {
  server: Server;
  rbac: RbacController;
  rates: Rates;
  databaseUrl: string;
  trustedProxies: readonly string[];
  log: Logger;
}

/** A room is one run of one environment: nobody hears of another environment's. */
const roomOf = (environmentId: string, runId: string) => `${environmentId} ${runId}`;

const keyOf = (socket: Socket): string | null =>
  /^bearer +(tr_[A-Za-z0-9_]{1,255})$/i.exec(socket.handshake.headers.authorization ?? "")?.[1] ?? null;

/** Whether the address has had its failures for the minute. */
const takeFailure = (rates: Rates, address: string): Promise<boolean> =>
  rates.take("failedAuthentication", address).then(
    () => false,
    () => true,
  );

/** Serves `/dev-worker`: workers subscribe to runs of their environment, and hear when one of them has changed. */
export function attachDevSocket({
  server,
  rbac,
  rates,
  databaseUrl,
  trustedProxies,
  log,
}: DevSocketOptions): DevSocket {
  const io = new SocketServer(server, {
    transports: ["websocket"],
    serveClient: false,
    maxHttpBufferSize: MOST_MESSAGE_BYTES,
    connectTimeout: 5000,
  });
  const workers = io.of("/dev-worker");
  // Without this anybody could hold a connection to the default namespace.
  io.use((_socket, next) => next(new Error("unauthorized")));

  const environmentOf = async (socket: Socket): Promise<string | null> => {
    const key = keyOf(socket);
    if (key === null) return null;
    const branch = socket.handshake.headers["x-trigger-branch"];
    const target = { kind: "credential", ...(typeof branch === "string" ? { branch } : {}) } as const;
    const result = await rbac.authenticateBearer(key, { target });
    return result.ok && result.authentication.missing === null ? result.authentication.environment.id : null;
  };

  const clientAddress = createClientAddress(trustedProxies);
  /** As at the door of the API: counted against the address, unless no credential was there at all. */
  const refuse = async ({ handshake }: Socket): Promise<Error> => {
    const { authorization, "x-forwarded-for": forwarded } = handshake.headers;
    const address = clientAddress(handshake.address, Array.isArray(forwarded) ? forwarded.join(",") : forwarded);
    log.info({ reason: "socket", address }, "authentication refused");
    const limited = authorization === undefined ? undefined : await takeFailure(rates, address);
    return new Error(limited ? "rate_limited" : "unauthorized");
  };

  workers.use((socket, next) => {
    environmentOf(socket).then(
      async (id) => next(id === null ? await refuse(socket) : undefined),
      (err: unknown) => {
        log.error({ err }, "a worker could not be authenticated");
        next(new Error("unavailable"));
      },
    );
  });

  workers.on("connection", (socket) => {
    const recheck = setInterval(() => {
      environmentOf(socket).then(
        (id) => id === null && socket.disconnect(true),
        (err: unknown) => log.warn({ err }, "a worker could not be authenticated again"),
      );
    }, RECHECK_MS);
    socket.once("disconnect", () => clearInterval(recheck));
    const on = (name: string, change: (rooms: string[]) => void) =>
      socket.on(name, (message: unknown) => {
        const parsed = Subscription.safeParse(message);
        if (!parsed.success) return;
        // Asked anew each time, so that a key that was revoked since hears of nothing more.
        environmentOf(socket).then(
          (id) => {
            if (id === null) socket.disconnect(true);
            else change(parsed.data.runFriendlyIds.map((runId) => roomOf(id, runId)));
          },
          (err: unknown) => log.error({ err }, "a worker could not be authenticated"),
        );
      });
    on("run:subscribe", (rooms) => {
      if (socket.rooms.size + rooms.length <= MOST_RUNS) void socket.join(rooms);
    });
    on("run:unsubscribe", (rooms) => rooms.forEach((room) => void socket.leave(room)));
  });

  const listener = listenToRuns(databaseUrl, ({ environmentId, runId }) => {
    workers.to(roomOf(environmentId, runId)).emit("run:notify", { version: "1", run: { friendlyId: runId } });
  });

  return {
    async close() {
      await listener.close();
      io.disconnectSockets(true);
      io.engine.close();
    },
  };
}
