const WIDTH = 5;
const HEIGHT = 24;

/** A bar for each of the last hours, as high as it is beside the highest. */
export function HourBars({ counts }: { counts: readonly number[] }) {
  const highest = Math.max(1, ...counts);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return (
    <svg
      className="hours"
      role="img"
      aria-label={`${total} in the last ${counts.length} hours, at most ${Math.max(0, ...counts)} in one`}
      viewBox={`0 0 ${counts.length * WIDTH} ${HEIGHT}`}
      width={counts.length * WIDTH}
      height={HEIGHT}
    >
      {counts.map((count, hour) => {
        const height = count === 0 ? 1 : Math.max(2, Math.round((count / highest) * HEIGHT));
        return <rect key={hour} x={hour * WIDTH} y={HEIGHT - height} width={WIDTH - 1} height={height} />;
      })}
    </svg>
  );
}
