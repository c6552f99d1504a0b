import type { ReactNode } from "react";

export interface Fact {
  term: string;
  value: ReactNode;
}

/** Terms and what they are, side by side. */
export const Facts = ({ facts }: { facts: readonly Fact[] }) => (
  <dl className="facts">
    {facts.map(({ term, value }) => (
      <div key={term}>
        <dt>{term}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);
