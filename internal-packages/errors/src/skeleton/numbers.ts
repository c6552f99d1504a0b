import { UNITS } from "./vocabulary.js";
import type { SkeletonWriter } from "./writer.js";

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));
const HTTP_FAILURES = words(
  `400 401 402 403 404 405 406 407 408 409 410 411 412 413 414 415 416 417 418 421 422 423 424 425 426 428 429 431 451 499
  500 501 502 503 504 505 506 507 508 510 511 520 521 522 523 524 525 526 529 530`,
);
const SAYS_CODE = words(
  `http https status statuscode httpstatus status_code http_status code errno exit exitcode sqlstate errorcode
  error_code errcode err_code result_code return_code smtp ftp`,
);
const SAYS_ANSWER = words(
  `response responded returned returns replied answered answer error failed failure failing fetch api upstream server gateway got
  received request get post put patch delete head with rejected unexpected`,
);
const NO_ERROR_CODE = words(
  `zip postal promo verification discount coupon product tracking country area voucher source line access confirmation`,
);
/** As HTTP writes them, in capitals: "order 404 not found" has no status. */
const REASON_PHRASE =
  /^[\s):\]-]{1,3}(?:Bad Request|Unauthori[sz]ed|Payment Required|Forbidden|Not Found|Method Not|Not Acceptable|Request Time|Conflict|Gone|Payload|Content Too|Unsupported Media|Unprocessable|Locked|Too Many|Internal Server|Not Implemented|Bad Gateway|Service Unavailable|Gateway Time)/;

/** `502 !== 417` of an assertion, `[502:0x949b]` of a process. */
const NO_STATUS_FOLLOWED_BY = /^(?: [!=]==? |:(?:0x|\d))/;

/** `431 documents`, but `429 errors` and `404 does` */
const COUNTED = /^ (?!(?:does|errors|failures|responses|answers|replies)\b)[a-z]{2,}[^\Wisuy_\d]s\b/;

/** RFC 6455, 7.4.1 */
const WEB_SOCKET_CLOSE = /^10(?:0\d|1[0-5])$/;

/** An HTTP status, exit code or errno tells causes apart; any other number tells occurrences apart. */
export function isTellingNumber(digits: string, writer: SkeletonWriter, rest: string): boolean {
  if (!/^-?\d{1,5}$/.test(digits) || writer.pending.endsWith("#")) return false;
  const [last, second, third] = writer.recentWords;
  if (SAYS_CODE.has(last) && !(writer.afterPlaceholder && writer.pending !== "")) {
    return !(last === "code" && NO_ERROR_CODE.has(second));
  }
  if (writer.atStart && /^[45]\d\d$/.test(digits) && /^(?:[ :-]|$)/.test(rest)) return !isMeasure(rest);
  if (WEB_SOCKET_CLOSE.test(digits) && [last, second, third].some((word) => word === "websocket" || word === "ws"))
    return true;
  if (last === "error" && digits.startsWith("-") && writer.pending === " ") return true;
  if (!HTTP_FAILURES.has(digits) || NO_STATUS_FOLLOWED_BY.test(rest)) return false;
  if (writer.inObject || isMeasure(rest) || COUNTED.test(rest)) return false;
  // `must be <= 43. Received 417`, `expected a string, but received: 421`
  if (writer.sawBound && (last === "received" || last === "got")) return false;
  if (/(?:: |[([])$/.test(writer.pending)) return true;
  return (
    [third, second, last].some((word) => SAYS_ANSWER.has(word) || word.endsWith("error")) || REASON_PHRASE.test(rest)
  );
}

function isMeasure(rest: string): boolean {
  const unit = /^ ?([a-z%]{1,12})(?![\w-])/i.exec(rest)?.[1];
  return unit !== undefined && UNITS.has(unit.toLowerCase());
}

/** SQLSTATE (`42P01`), Prisma's `P2002`, TypeScript's, MongoDB's, PostgREST's and other published lists of codes. */
const ERROR_CODE = /^(?:P[1-6]\d{3}|TS\d{4,5}|E11\d{3}|PGRST\d{3}|AADSTS\d{5,6}|ORA-\d{5}|MSB\d{4}|CS\d{4}|NU\d{4})$/;
/** Of Windows: `HRESULT 0x80070005` */
const HEX_CODE = /^0x[\da-f]{1,8}$/i;
const SHORT_CODE = /^[A-Z0-9]{2,8}$/;
const SAYS_ERROR_CODE = words(`code sqlstate error errorcode error_code err errno hresult ntstatus`);

/** `(code E017)` */
const LISTED_CODE = /^[A-Z]{1,3}\d{2,4}$/;

/** A code that names a kind of error, by itself or by the word before it. */
export function isErrorCode(text: string, writer: SkeletonWriter): boolean {
  if (ERROR_CODE.test(text)) return true;
  if (!SAYS_ERROR_CODE.has(writer.lastWord) || writer.afterPlaceholder) return false;
  const [last, second] = writer.recentWords;
  if (last === "code" && NO_ERROR_CODE.has(second)) return false;
  return (
    (SHORT_CODE.test(text) && text.length === 5) ||
    HEX_CODE.test(text) ||
    (last === "code" && LISTED_CODE.test(text) && /^:? $/.test(writer.pending))
  );
}
