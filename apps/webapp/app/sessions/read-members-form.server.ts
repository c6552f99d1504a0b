import { textField } from "./read-form.server.js";

/** What the page of an organization's members can ask for. */
export type MembersCommand =
  | { intent: "invite"; email: string; role: string }
  | { intent: "set-role"; id: string; role: string }
  | { intent: "remove"; id: string };

/** @throws Response 400 for what no form of ours sends */
export function readMembersCommand(form: URLSearchParams): MembersCommand {
  const intent = form.get("intent");
  switch (intent) {
    case "invite":
      return { intent, email: textField(form, "email"), role: textField(form, "role") };
    case "set-role":
      return { intent, id: textField(form, "id"), role: textField(form, "role") };
    case "remove":
      return { intent, id: textField(form, "id") };
    default:
      throw new Response(null, { status: 400 });
  }
}
