// Runs calls of the unmodified @trigger.dev/sdk for a test, one message each: {id, credential, path, args, pages}.
import { serialize } from "node:v8";

const sdk = await import("@trigger.dev/sdk");

const CLASSES = ["AuthenticationError", "PermissionDeniedError", "NotFoundError", "BadRequestError", "RateLimitError"];

const describe = (error) => ({
  name: CLASSES.find((name) => error instanceof sdk[name]) ?? error?.constructor?.name ?? "unknown",
  isApiError: error instanceof sdk.ApiError,
  message: String(error?.message ?? error),
  status: error?.status,
  code: error?.code,
});

async function itemsOf(page) {
  const items = [];
  for await (const item of page) items.push(item);
  return items;
}

/** Turns pages as told, and answers each page's items. */
async function turn(first, steps) {
  const pages = [first.getPaginatedItems()];
  let page = first;
  for (const step of steps) {
    page = step === "next" ? await page.getNextPage() : await page.getPreviousPage();
    pages.push(page.getPaginatedItems());
  }
  return { pages, hasNext: page.hasNextPage(), hasPrevious: page.hasPreviousPage() };
}

async function call({ path, args, pages }) {
  const [name, method] = path.split(".");
  const pending = method === undefined ? sdk[name](...args) : sdk[name][method](...args);
  if (pages === "all") return itemsOf(pending);
  const answer = await pending;
  return Array.isArray(pages) ? turn(answer, pages) : answer;
}

process.on("message", async ({ id, credential, ...what }) => {
  try {
    const value = credential === undefined ? await call(what) : await sdk.auth.withAuth(credential, () => call(what));
    process.send({ id, reply: serialize({ value }) });
  } catch (error) {
    process.send({ id, reply: serialize({ error: describe(error) }) });
  }
});
process.on("disconnect", () => process.exit(0));
process.send({ ready: true });
