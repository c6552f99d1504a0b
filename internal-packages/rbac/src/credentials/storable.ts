/** Text that PostgreSQL takes: NUL, which no name holds, becomes a name that nothing has. */
export const storable = (text: string): string => (text.includes("\0") ? "" : text);
