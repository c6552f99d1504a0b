import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { InvitationCard } from "../components/invitation-card.js";
import { InviteForm } from "../components/invite-form.js";
import { MemberCard } from "../components/member-card.js";
import { Notice } from "../components/notice.js";
import { Page } from "../components/page.js";
import { RoleCard } from "../components/role-card.js";
import { changeMembers } from "../services/change-members.server.js";
import { viewMembers } from "../services/view-members.server.js";
import { readForm } from "../sessions/read-form.server.js";
import { readMembersCommand } from "../sessions/read-members-form.server.js";
import { requireOrganization } from "../sessions/require-organization.server.js";

export const meta: MetaFunction = () => [{ title: "Members and roles · Trigger" }];

const SCOPE = "read:members";

const DONE = {
  "set-role": "The role is changed, from their next request on.",
  remove: "That is ended.",
  invite: "They can accept on the command line: npx trigger.dev invitations accept",
} as const;

const isDone = (text: string | null): text is keyof typeof DONE => text !== null && Object.hasOwn(DONE, text);

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const at = await requireOrganization(request, context, { slug: params["slug"], scope: SCOPE });
  const done = new URL(request.url).searchParams.get("done");
  return {
    viewer: { email: at.user.email, csrf: at.csrf },
    userId: at.user.id,
    title: at.organization.title,
    done: isDone(done) ? DONE[done] : null,
    mayChange: at.may("write:members"),
    ...(await viewMembers(context, at)),
  };
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const at = await requireOrganization(request, context, { slug: params["slug"], scope: SCOPE });
  const command = readMembersCommand(await readForm(request, context, at.binding));
  const problem = await changeMembers(context, at, command);
  if (problem !== null) return data({ problem: problem.message, command }, { status: problem.status });
  const hasLeft = command.intent === "remove" && command.id === at.user.id;
  return redirect(hasLeft ? "/" : `/orgs/${at.organization.slug}/members?done=${command.intent}`);
}

export default function Members() {
  const { viewer, userId, title, done, mayChange, members, invitations, roles } = useLoaderData<typeof loader>();
  const sent = useActionData<typeof action>();
  const names = roles && mayChange ? roles.map(({ name }) => name) : null;
  const invited = sent?.command.intent === "invite" ? sent.command : null;
  return (
    <Page title="Members and roles" intro={<bdi>{title}</bdi>} viewer={viewer}>
      {sent ? <Notice kind="wrong">{sent.problem}</Notice> : null}
      {done && !sent ? <Notice kind="done">{done}</Notice> : null}
      {roles === null ? (
        <Notice kind="careful">
          Roles are not managed on this instance: every member may do everything here. The operator adds and removes
          members, and turns roles on with RBAC_PLUGIN.
        </Notice>
      ) : null}
      {names ? (
        <section aria-labelledby="invite">
          <h2 id="invite">Invite somebody</h2>
          <InviteForm csrf={viewer.csrf} roles={names} sent={invited} />
        </section>
      ) : null}
      <section aria-labelledby="members">
        <h2 id="members">Members</h2>
        <ul className="cards">
          {members.map((member) => (
            <MemberCard
              key={member.id}
              {...{ member, isYou: member.id === userId, csrf: viewer.csrf, roles: names, mayLeave: roles !== null }}
            />
          ))}
        </ul>
      </section>
      {invitations.length === 0 ? null : (
        <section aria-labelledby="invitations">
          <h2 id="invitations">Invitations</h2>
          <ul className="cards">
            {invitations.map((invitation) => (
              <InvitationCard key={invitation.id} {...{ invitation, csrf: viewer.csrf, mayChange: names !== null }} />
            ))}
          </ul>
        </section>
      )}
      {roles === null ? null : (
        <section aria-labelledby="roles">
          <h2 id="roles">Roles</h2>
          <ul className="cards">
            {roles.map((role) => (
              <RoleCard key={role.name} role={role} />
            ))}
          </ul>
        </section>
      )}
    </Page>
  );
}
