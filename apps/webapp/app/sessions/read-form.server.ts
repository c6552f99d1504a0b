import type { AppContext } from "../api/context.js";
import { isCsrfToken } from "./csrf.server.js";

/** More than any form of ours, and little to parse. */
const MAX_BYTES = 16_384;

const refuse = (status: number) => new Response(null, { status });

async function readLimited(request: Request): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BYTES) throw refuse(413);
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  const reader = request.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > MAX_BYTES) {
      await reader.cancel();
      throw refuse(413);
    }
    text += decoder.decode(value, { stream: true });
  }
  return text + decoder.decode();
}

/**
 * Reads a form of this session's pages. That it came from this site at all, the front has seen to.
 * @param binding what its hidden field was made for: the session's or the visitor's secret
 * @throws Response 403 for a form that another session was given, 413 for a large one, 415 for what is no form
 */
export async function readForm(
  request: Request,
  context: AppContext,
  binding: string | null,
): Promise<URLSearchParams> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") throw refuse(415);
  const form = new URLSearchParams(await readLimited(request));
  if (binding === null || !isCsrfToken(context, binding, form.get("csrf") ?? "")) throw refuse(403);
  return form;
}

/** A field's text, trimmed and without control characters. */
export const textField = (form: URLSearchParams, name: string): string =>
  // oxlint-disable-next-line no-control-regex
  (form.get(name) ?? "").replace(/[\u0000-\u001f\u007f]/g, " ").trim();
