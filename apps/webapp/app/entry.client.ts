/** Remix asks for a browser's entry. No page loads it: pages are forms and lists that the server renders. */
export const hydrates = false;
