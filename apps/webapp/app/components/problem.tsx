const WORDS: Record<number, { title: string; text: string }> = {
  400: { title: "That request was not understood", text: "Go back, check what you entered, and try again." },
  403: {
    title: "That was refused",
    text: "The form was not sent from this site, or it was open for too long. Go back, reload it and try again.",
  },
  404: {
    title: "Page not found",
    text: "There is nothing at this address. It may have moved, or the link may be incomplete.",
  },
  405: { title: "That cannot be done here", text: "This page does not take what your browser sent." },
  413: { title: "That was too much", text: "The form was larger than this page takes." },
  415: { title: "That request was not understood", text: "This page takes forms only." },
  429: { title: "Too many attempts", text: "Wait a minute, then try again." },
  503: { title: "Not available right now", text: "The server cannot answer at the moment. Try again shortly." },
};

const UNKNOWN = {
  title: "Something went wrong",
  text: "The fault is on our side and has been logged. Try again in a moment.",
};

/** A whole page that says what went wrong and where to go; never why inside. */
export function Problem({ status }: { status: number }) {
  const { title, text } = WORDS[status] ?? UNKNOWN;
  return (
    <main className="narrow">
      <p className="eyebrow">{status}</p>
      <h1>{title}</h1>
      <p>{text}</p>
      <p>
        <a className="button" href="/">
          Go to the start page
        </a>
      </p>
    </main>
  );
}
