// Pages are forms and lists that the server renders: nothing of theirs runs in the browser (docs/decisions).
export {};
