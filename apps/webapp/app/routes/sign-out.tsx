import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { readForm } from "../sessions/read-form.server.js";
import { endSession, readSession } from "../sessions/session.server.js";

/** Opening the address signs nobody out. */
export const loader = () => redirect("/");

export async function action({ request, context }: ActionFunctionArgs) {
  const session = await readSession(request, context);
  if (session) await readForm(request, context, session.binding);
  return redirect("/sign-in", { headers: { "set-cookie": await endSession(request, context) } });
}
