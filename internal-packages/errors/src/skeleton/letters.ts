/** Of ASCII. */
export const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90);

/** Whether a text is letters of ASCII alone, and not empty: most are short, and a regular expression takes longer. */
export function isLetters(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (!isLetter(text.charCodeAt(index))) return false;
  return text !== "";
}
