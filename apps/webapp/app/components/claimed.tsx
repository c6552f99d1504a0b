/**
 * A label that a client gave itself. It is isolated, so that right-to-left marks in it do not turn the words around
 * it, and marked, so that nobody takes it for something that was checked.
 */
export const Claimed = ({ label }: { label: string }) => (
  <>
    <bdi className="claimed">{label}</bdi> <span className="badge muted">unverified</span>
  </>
);
