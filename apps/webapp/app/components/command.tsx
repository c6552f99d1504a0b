/** A command to run, in a box that scrolls by itself and can be reached by keyboard. */
export const Command = ({ text, label }: { text: string; label: string }) => (
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling box must be focusable (WCAG 2.1.1)
  <pre className="command" tabIndex={0} aria-label={label}>
    <code>{text}</code>
  </pre>
);
