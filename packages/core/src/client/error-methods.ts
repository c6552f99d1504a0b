import type * as z from "zod";
import type { IgnoreErrorRequestBody, ResolveErrorRequestBody } from "../schemas/errors.js";
import type { ListErrorActivitySearchParams, ListErrorsSearchParams } from "../schemas/list-errors-query.js";
import { pathSegment } from "./path-segment.js";
import { requestJson, type RequestSettings } from "./request.js";

const lazyDetail = async () => (await import("../schemas/errors.js")).ErrorGroupDetail;
const lazyList = async () => (await import("../schemas/errors.js")).ListErrorsResponse;
const lazyActivity = async () => (await import("../schemas/errors.js")).ListErrorActivityResponse;

/** `filter[…]`, `sort` and `page[…]` of a list of errors, as they stand in a URL. */
export type ListErrorsParameters = z.input<typeof ListErrorsSearchParams>;
/** `page[…]` of an error's activity, as it stands in a URL. */
export type ListErrorActivityParameters = z.input<typeof ListErrorActivitySearchParams>;

const pathOf = (id: string) => `/api/v1/errors/${pathSegment(id)}`;

/** Groups of failed runs in the environment that the credential belongs to. */
export function errorMethods(settings: RequestSettings) {
  const change = (id: string, verb: "resolve" | "ignore" | "unresolve", body: object) =>
    requestJson(settings, { method: "POST", path: `${pathOf(id)}/${verb}`, body }, lazyDetail);
  return {
    listErrors: (query: ListErrorsParameters = {}) =>
      requestJson(settings, { method: "GET", path: "/api/v1/errors", query }, lazyList),

    retrieveError: (id: string) => requestJson(settings, { method: "GET", path: pathOf(id) }, lazyDetail),

    /** Every change of a group and who made it, newest first. */
    listErrorActivity: (id: string, query: ListErrorActivityParameters = {}) =>
      requestJson(settings, { method: "GET", path: `${pathOf(id)}/activity`, query }, lazyActivity),

    /** Until it fails again, in `resolvedInVersion` or later if one is named. */
    resolveError: (id: string, body: ResolveErrorRequestBody = {}) => change(id, "resolve", body),

    /** For ever, or until the first of its limits breaks. */
    ignoreError: (id: string, body: IgnoreErrorRequestBody = {}) => change(id, "ignore", body),

    unresolveError: (id: string) => change(id, "unresolve", {}),
  };
}
