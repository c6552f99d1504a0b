/** What `JSON.parse` makes of an object, to be checked by the test that reads it. */
export type JsonObject = Record<string, unknown>;

export type ApiRequest = {
  /** The credential, sent as `Authorization: Bearer …`. */
  as?: string | null | undefined;
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Sent as it is, instead of `body`. */
  raw?: string | Uint8Array<ArrayBuffer>;
};

export type ApiAnswer<T> = {
  status: number;
  headers: Headers;
  /** The parsed JSON; an empty object when the answer is no JSON. */
  body: T;
  text: string;
};

export type Api = <T = JsonObject>(method: string, path: string, request?: ApiRequest) => Promise<ApiAnswer<T>>;

function parse(text: string, contentType: string | null) {
  return /[/+]json/.test(contentType ?? "") && text !== "" ? JSON.parse(text) : {};
}

/** A stream of events has no end to wait for. */
async function readText(response: Response): Promise<string> {
  if (response.headers.get("content-type") !== "text/event-stream") return response.text();
  await response.body?.cancel();
  return "";
}

/** A client of the server at `origin`; redirects are answers, not followed. */
export function createApi(origin: string): Api {
  return async (method, path, { as, body, headers = {}, raw } = {}) => {
    const response = await fetch(new URL(path, origin), {
      method,
      redirect: "manual",
      headers: {
        ...(as == null ? {} : { authorization: `Bearer ${as}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      body: raw ?? (body === undefined ? null : JSON.stringify(body)),
    });
    const text = await readText(response);
    return {
      status: response.status,
      headers: response.headers,
      body: parse(text, response.headers.get("content-type")),
      text,
    };
  };
}
