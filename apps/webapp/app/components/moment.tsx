const FORMAT = new Intl.DateTimeFormat("en-GB", {
  dateStyle: "medium",
  timeStyle: "short",
  timeZone: "UTC",
  hourCycle: "h23",
});

/** A moment in UTC, readable by people and machines; `fallback` when there is none. */
export function Moment({ at, fallback = "never" }: { at: string | null; fallback?: string }) {
  if (at === null) return <>{fallback}</>;
  return <time dateTime={at}>{FORMAT.format(new Date(at))} UTC</time>;
}
