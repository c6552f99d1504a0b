import type { Found, Look } from "./count-look.js";
import type { ErrorList, ErrorListPage } from "./error-list.js";
import type { FirstPassing } from "./first-passing.js";
import { boundUnder, MOST_MAGNITUDE, settledIn, type Source } from "./ranked-groups.js";
import { UNIT_MS } from "./range.js";
import { SAMPLE } from "./search-terms.js";
import { allChosen, MOST_IN_SHORT } from "./search.js";

/** What looks are made for. */
export interface Needs {
  list: ErrorList;
  page: ErrorListPage;
  /** The days of the range, where it has few. */
  days: readonly number[] | null;
  isShort: boolean;
}

/** Of groups of the page, how many ranks are looked at first, and how many of them are counted. */
const RANKS_FOR_ONE = 5;
const COUNTED_FOR_ONE = 2.5;
/** Ranks that tell a share; a smaller one is not told. */
const SAMPLED_FOR_ONE = 20;
const LEAST_TOLD = 0.01;
/** Of groups of the page, those that are counted to tell how often the last of it occurred; and how many more ranks than hold so many. */
const COUNTED_TO_TELL = 1.5;
const FURTHER_THAN_TOLD = 1.6;
/** So many of those who tell of a smaller share are mostly chance. */
const LEAST_WALKED = 0.02;
const MOST_WALKED = 5_000;
/** A floor that was too high is looked for again, one that was too low costs some more groups. */
const ON_THE_SAFE_SIDE = 0.65;
/** Ranks that pass the filters. */
const PASSING_FOR_ONE = 3;
/** Of groups of the page, those whose minutes tell how often the last of it occurred; and how many are soon read. */
const TOLD_FOR_ONE = 1.3;
const MOST_MINUTES = 30_000;
const MANY_MINUTES = 4_000;
/** Than a share tells. */
const FURTHER = 4;
/** When the ranks are of all time, those whose days are added up. */
const WEIGHED_FOR_ONE = 9;
/** Of all that can be in the list; days say more than the count of all time. */
const CHOSEN_FOR_ONE = { weighed: 24, countedByDays: 3, counted: 4 };
/** The minutes or hours of a short range tell most of how often a group occurred, so few are counted. */
const ALL_WEIGHED = { weighed: undefined, counted: undefined };
const DEEPER = 4;
const DEEPEST_AT_ONCE = 8;
const DEEPEST = 40_000;
/** Of more days than these, the ranks of all time are shorter where filters pass few: they are asked for on the way. */
const MOST_DAYS_FILTERED = 3;
/**
 * Most pages that begin at an edge end where groups occurred so much less often. To come by it from the first ranks on
 * would be to count the same groups again and again.
 */
const A_PAGE_LESS = 2 / 3;

/** Of what occurred so often, most of the groups have a rank before it. */
export const SELDOM = 2;

/** How many that were seen in the range are looked at. */
export const SEEN = { first: 2_000, all: 4_000, ofTask: 8_000, inShort: MOST_IN_SHORT };
/** Where fewer pass, the planner finds the way to them. */
const RARE = 0.015;

/** At the first ranks, whatever passes. */
export function first({ days, page: { size }, isShort }: Needs): Look {
  const depth = size * RANKS_FOR_ONE;
  return {
    source: days === null ? { of: "ever", depth } : { of: "days", depth, lookups: depth },
    days,
    ...(isShort ? ALL_WEIGHED : { weighed: 0, counted: Math.ceil(size * COUNTED_FOR_ONE) }),
  };
}

/** At what the minutes of a short range tell. */
export function byMinutes({ days, page: { size } }: Needs): Look {
  const [most, many] = [MOST_MINUTES, MANY_MINUTES];
  const source: Source = { of: "minutes", most, many, size, first: Math.ceil(size * TOLD_FOR_ONE) };
  return { source, days, weighed: 0, counted: undefined };
}

/** At the first ranks of all time, to tell which share of them passes; none is counted, so no page is told. */
export function sampleOf({ page: { size } }: Needs): Look {
  return { source: { of: "ever", depth: size * SAMPLED_FOR_ONE }, days: null, weighed: 0, counted: 0 };
}

/**
 * At the first ranks of the days until a page of them passed, and then at all that may belong to it. At an edge the page
 * lies farther down: at what may have occurred about as often.
 * @param share what others tell of the share that passes
 */
export function firstThatPass(
  { list: { range, asOf }, page: { size, edge }, days, isShort }: Needs,
  share: number,
): Look {
  if (edge !== undefined) {
    const floor = edge.direction === "before" ? Math.max(1, Math.floor(edge.value)) : floorAfter(edge.value);
    return downTo(floor, { days, isShort }, true);
  }
  const [last = 0, start = last] = [days?.[0], days?.at(-1)];
  const ofTheDays = (range.to - range.from) / (Math.min(asOf, last + UNIT_MS.day) - start);
  const told = Math.ceil(size * COUNTED_TO_TELL);
  const ranks = ((told / (share - Math.sqrt(share / SAMPLE))) * FURTHER_THAN_TOLD) / ofTheDays;
  const source: FirstPassing = {
    of: "firstPassing",
    depth: share < LEAST_WALKED ? size * SAMPLED_FOR_ONE : Math.min(MOST_WALKED, Math.ceil(ranks)),
    size,
    first: told,
    times: ofTheDays * ON_THE_SAFE_SIDE,
  };
  return { source, days, weighed: 0, counted: undefined };
}

/** Where the page after an edge ends, most likely. */
export const floorAfter = (edge: number): number => Math.max(1, Math.floor(edge * A_PAGE_LESS));

/** Whether the ranks of the days are asked where filters pass few. */
export const isRankedByDays = ({ days }: Pick<Needs, "days">): boolean =>
  days !== null && days.length <= MOST_DAYS_FILTERED;

/** At all that may have occurred so often, or at the most that are soon looked at. */
export function downTo(floor: number, { days, isShort }: Pick<Needs, "days" | "isShort">, all = false): Look {
  const least = leastRanks(floor, days?.length ?? 1);
  const depth = all ? undefined : DEEPEST;
  return {
    source: days === null ? { of: "ever", depth, least } : { of: "days", depth, lookups: undefined, least },
    days,
    weighed: isShort ? undefined : 0,
    counted: undefined,
    floor,
  };
}

/** At which magnitude each of so many lists may end, when what is on none of them shall not have occurred so often. */
function leastRanks(floor: number, lists: number): number[] {
  const base = Math.min(MOST_MAGNITUDE, 1 + Math.floor(Math.log2((floor - 1) / lists + 1)));
  const left = floor - 1 - lists * boundUnder(base);
  const higher = base === MOST_MAGNITUDE ? 0 : Math.floor(left / (boundUnder(base + 1) - boundUnder(base)));
  // The last ones are of whole days.
  return Array.from({ length: lists }, (_, list) => (list < lists - higher ? base : base + 1));
}

/** About how many ranks that are, when the first ones ended at a `cut`: the count at a rank falls about as the rank grows. */
export const ranksDownTo = (floor: number, cut: number, { page: { size } }: Needs): number =>
  (size * RANKS_FOR_ONE * (cut + 1)) / 2 ** Math.floor(Math.log2(floor));

/** At those that may have occurred most, of all that can be in the list; or at least so often, where a page did. */
export function allOf(source: Source, { days, page: { size }, isShort }: Needs, floor?: number): Look {
  if (isShort) return { source, days, ...ALL_WEIGHED, floor };
  const { weighed, counted, countedByDays } = CHOSEN_FOR_ONE;
  return { source, days, weighed: size * weighed, counted: size * (days === null ? counted : countedByDays) };
}

/** At so many ranks that enough of them should pass. */
export function passing(share: number, { list, days, page: { size } }: Needs): Look {
  const counted = size * PASSING_FOR_ONE;
  const of = share < RARE || settledIn(list).length > 0 ? "passing" : "walk";
  if (days === null) return { source: { of, depth: counted }, days, weighed: 0, counted };
  if (!isRankedByDays({ days })) {
    const depth = size * WEIGHED_FOR_ONE;
    return { source: { of, depth }, days, weighed: depth, counted };
  }
  const lookups = Math.ceil(counted / Math.max(share, RARE));
  // The bounds of the days add up.
  const depth = Math.ceil((lookups * (1 + 2 * days.length)) / 3);
  return { source: { of: "days", depth, lookups }, days, weighed: 0, counted };
}

/**
 * As `passing`, when a share passes as other groups tell. It may be wrong: ranks of which much fewer pass are not walked
 * to their end.
 */
export function passingAsTold(share: number, needs: Needs): Look {
  const look = passing(share, needs);
  const { source } = look;
  if (source.of !== "walk" || source.depth === undefined) return look;
  return { ...look, source: { ...source, most: Math.ceil((source.depth / share) * FURTHER) } };
}

/** No group of the page occurred less often, as far as a look told. */
function floorOf({ rows }: Found, { size, edge }: ErrorListPage): number | undefined {
  const last = edge?.direction === "before" ? edge : rows[size - 1];
  return last && Math.max(1, last.value);
}

/**
 * The next look is at more ranks, and at last at all there are; once a page was found it counts whatever may still be on
 * it. The count at a rank falls about as the rank grows, and a magnitude is up to twice the count.
 */
export function deeper(look: Look, found: Found, page: ErrorListPage): Look {
  const floor = floorOf(found, page);
  const { source } = look;
  if (source.of === "firstPassing" || ("least" in source && source.least !== undefined)) {
    const lower =
      floor ??
      Math.max(1, Math.floor(source.of === "firstPassing" ? floorOfPage(source, found) : found.floor / DEEPER));
    return downTo(lower, { days: look.days, isShort: look.weighed === undefined }, true);
  }
  const times = floor === undefined ? DEEPER : Math.min(DEEPEST_AT_ONCE, Math.max(1, (1.5 * (found.cut + 1)) / floor));
  const more = (most: number | undefined) => {
    const next = most && Math.ceil(most * times);
    return next === undefined || next > DEEPEST ? undefined : next;
  };
  const unless = (most: number | undefined) => (floor === undefined ? more(most) : undefined);
  return {
    ...look,
    floor,
    weighed: look.weighed === 0 ? 0 : unless(look.weighed),
    counted: unless(look.counted),
    source: deeperSource(look.source, more, unless),
  };
}

/** How often the last of a page occurred, most likely, where fewer than a page passed: the count at a rank falls as the rank grows. */
const floorOfPage = ({ depth, size, times }: FirstPassing, { rows, cut }: Found): number =>
  (cut * times * Math.max(rows.length, depth * LEAST_TOLD)) / size;

type Change = (most: number | undefined) => number | undefined;

function deeperSource(source: Source, more: Change, unless: Change): Source {
  if (source.of === "days") return { ...source, depth: more(source.depth), lookups: unless(source.lookups) };
  if (source.of === "walk") return { ...source, depth: more(source.depth), most: undefined };
  if (source.of === "chosen") return { of: "chosen", chosen: allChosen(source.chosen) };
  return source.of === "ever" || source.of === "passing" ? { ...source, depth: more(source.depth) } : source;
}
