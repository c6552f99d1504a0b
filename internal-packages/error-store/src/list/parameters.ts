/** The values of a statement; each call answers the placeholder that stands for its value. */
export class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** A time in milliseconds. */
  at(milliseconds: number): string {
    return `${this.add(new Date(milliseconds))}::timestamptz`;
  }
}
