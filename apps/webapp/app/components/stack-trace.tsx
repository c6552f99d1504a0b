/** Where one of the runs threw, in a box that scrolls by itself and can be reached by keyboard. */
export function StackTrace({ text, runId }: { text: string | null; runId: string | null }) {
  if (text === null) return <p className="empty">None was sent.</p>;
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling box must be focusable (WCAG 2.1.1) */}
      <pre className="command" tabIndex={0} aria-label="Stack trace">
        <code dir="ltr">{text}</code>
      </pre>
      {runId === null ? null : (
        <p className="hint">
          Of <code>{runId}</code>
        </p>
      )}
    </>
  );
}
