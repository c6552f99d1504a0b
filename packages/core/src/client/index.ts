export { type ApiClient, type ApiClientOptions, createApiClient } from "./api-client.js";
export { ApiError, UnexpectedAnswerError, UnreachableError } from "./api-error.js";
export { normalizeApiUrl } from "./api-url.js";
export type { ListErrorActivityParameters, ListErrorsParameters } from "./error-methods.js";
export type { FetchLike, FetchLikeInit, FetchLikeResponse } from "./fetch-like.js";
export type { EnvironmentAddress } from "./project-methods.js";
export type { AnsweredRequest } from "./request.js";
export type { ListRunsParameters } from "./run-methods.js";
