/** One line of text: 1 to `max` characters, no control characters. */
export function isLabel(text: string, max: number): boolean {
  return text.length >= 1 && text.length <= max && !/[\p{Control}\p{Surrogate}\u2028\u2029]/u.test(text);
}
