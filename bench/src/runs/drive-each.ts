import { connect } from "node:net";
import { percentile } from "../compare.js";

export interface Request {
  path: string;
  token: string;
  /** Sent as JSON by POST; without one it is a GET. */
  body?: unknown;
}

const CONNECTIONS = 16;
const HEAD_END = "\r\n\r\n";

function messageOf(host: string, { path, token, body }: Request): Buffer {
  const head = `HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${token}`;
  if (body === undefined) return Buffer.from(`GET ${path} ${head}${HEAD_END}`);
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  return Buffer.from(
    `POST ${path} ${head}\r\ncontent-type: application/json\r\ncontent-length: ${length}${HEAD_END}${text}`,
  );
}

/** Sends what `next` gives over one connection, the next request after each answer, and says how many milliseconds each took. */
const overOneConnection = (url: URL, next: () => Buffer | undefined, onAnswer: (ms: number) => void) =>
  new Promise<void>((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname);
    let received = "";
    let sentAt = 0;
    const send = () => {
      sentAt = performance.now();
      const message = next();
      if (message === undefined) socket.end(resolve);
      else socket.write(message);
    };
    socket.setNoDelay(true).setEncoding("latin1").once("error", reject).once("connect", send);
    socket.on("data", (chunk: string) => {
      received += chunk;
      const end = received.indexOf(HEAD_END);
      if (end === -1) return;
      const length = Number(/content-length: (\d+)/i.exec(received.slice(0, end))?.[1] ?? Number.NaN);
      if (!received.startsWith("HTTP/1.1 2") || Number.isNaN(length)) {
        socket.destroy();
        reject(new Error(`an answer was not what it should be: ${received.slice(0, 1000)}`));
      } else if (received.length >= end + HEAD_END.length + length) {
        received = "";
        onAnswer(performance.now() - sentAt);
        send();
      }
    });
  });

/**
 * Sends each request once, at 16 connections or as many as are said.
 * @throws when any answer was not a 2xx
 * @returns the seconds that it took, and the 99th percentile of the answers' milliseconds
 */
export async function driveEach(
  origin: string,
  requests: readonly Request[],
  connections = CONNECTIONS,
): Promise<{ seconds: number; p99Ms: number }> {
  const url = new URL(origin);
  const messages = requests.map((request) => messageOf(url.host, request));
  let sent = 0;
  const taken: number[] = [];
  const startedAt = performance.now();
  const drive = () =>
    overOneConnection(
      url,
      () => messages[sent++],
      (ms) => taken.push(ms),
    );
  await Promise.all(Array.from({ length: connections }, drive));
  const seconds = (performance.now() - startedAt) / 1000;
  const p99Ms = percentile(taken, 0.99);
  return { seconds, p99Ms };
}
