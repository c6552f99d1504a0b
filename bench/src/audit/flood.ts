import { randomInt } from "node:crypto";
import { crc32 } from "node:zlib";
import autocannon from "autocannon";

/**
 * Sends bad tokens at 32 connections, no two alike: unknown ones with a good checksum, malformed ones, keys of no
 * environment, user-actor tokens with a bad signature. Takes the URL and how many; a process of its own, so that it
 * does not slow down who measures.
 */
const [url = "", amount = "0"] = process.argv.slice(2);
const random = () => Math.random().toString(36).slice(2).padEnd(12, "0");
const header = Buffer.from('{"alg":"HS256","typ":"uat+jwt","kid":"k1"}').toString("base64url");

const DIGITS = "123456789abcdefghijkmnopqrstuvwxyz";
const spell = (digits: number[]) => digits.map((digit) => DIGITS[digit] ?? "").join("");

/** One that passes its checksum, so that only the database can tell that nobody has it. */
function unknownToken(): string {
  const body = `tr_pat_${spell(Array.from({ length: 34 }, () => randomInt(34)))}`;
  const sum = crc32(body) % 34 ** 6;
  return body + spell([5, 4, 3, 2, 1, 0].map((place) => Math.floor(sum / 34 ** place) % 34));
}

const MAKES = [
  unknownToken,
  () => `tr_pat_${random()}`,
  () => `tr_dev_${random()}${random()}`,
  () => `tr_uat_${header}.${Buffer.from(`{"jti":"${random()}"}`).toString("base64url")}.${"A".repeat(43)}`,
];
let sent = 0;

const result = await autocannon({
  url,
  connections: 32,
  amount: Number(amount),
  requests: [
    {
      setupRequest: (request) => ({
        ...request,
        headers: { ...request.headers, authorization: `Bearer ${MAKES[sent++ % MAKES.length]?.() ?? ""}` },
      }),
    },
  ],
});
process.stdout.write(
  `${JSON.stringify({ refused: result["4xx"], other: result.non2xx - result["4xx"] + result["2xx"], errors: result.errors, seconds: result.duration })}\n`,
);
