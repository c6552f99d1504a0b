import "@remix-run/node";

// Gives `useLoaderData` and `useActionData` the types of what `data()` wraps.
declare module "@remix-run/node" {
  interface Future {
    v3_singleFetch: true;
  }
}
