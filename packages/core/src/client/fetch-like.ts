/** The part of an answer that the client reads. */
export interface FetchLikeResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** What the client sends. A redirect is never followed: a token goes where it was sent and nowhere else. */
export interface FetchLikeInit {
  method: string;
  headers: Record<string, string>;
  body?: string;
  signal: AbortSignal;
  redirect: "manual";
}

/** The part of `fetch` that the client uses, so that a program can bring a transport of its own. */
export type FetchLike = (url: string, init: FetchLikeInit) => Promise<FetchLikeResponse>;
