import type { ReactNode } from "react";
import { CsrfField } from "./csrf-field.js";

/** What the page's frame shows of whoever is signed in. */
export interface Viewer {
  email: string;
  csrf: string;
}

const PLACES = [
  { path: "/", label: "Home" },
  { path: "/account/tokens", label: "Tokens" },
  { path: "/account/password", label: "Password" },
  { path: "/docs/api", label: "API" },
] as const;

export type Place = (typeof PLACES)[number]["path"];

interface PageProps {
  title: string;
  intro?: ReactNode;
  /** Null on the pages for everybody. */
  viewer: Viewer | null;
  current?: Place;
  narrow?: boolean;
  children: ReactNode;
}

/** The frame of every page: a way past the navigation, the navigation, one heading, the content. */
export function Page({ title, intro, viewer, current, narrow = false, children }: PageProps) {
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="bar">
        <div className="bar-inner">
          <a className="brand" href="/">
            <Mark /> Trigger
          </a>
          {viewer ? <Navigation viewer={viewer} current={current} /> : null}
        </div>
      </header>
      <main id="content" className={narrow ? "narrow" : undefined}>
        <h1>{title}</h1>
        {intro ? <p className="intro">{intro}</p> : null}
        {children}
      </main>
    </>
  );
}

function Navigation({ viewer, current }: { viewer: Viewer; current: Place | undefined }) {
  return (
    <>
      <nav aria-label="Main">
        <ul>
          {PLACES.map(({ path, label }) => (
            <li key={path}>
              <a href={path} aria-current={path === current ? "page" : undefined}>
                {label}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <form method="post" action="/sign-out" className="who">
        <CsrfField token={viewer.csrf} />
        <bdi title={viewer.email}>{viewer.email}</bdi>
        <button type="submit" className="quiet">
          Sign out
        </button>
      </form>
    </>
  );
}

const Mark = () => (
  <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true" focusable="false">
    <rect width="32" height="32" rx="7" className="mark" />
    <path d="M16 7 26 24H6Z" fill="#fff" />
  </svg>
);
