import { useMutation } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { answerOf, api, queries, type Schemas, useAnswer } from "../api.ts";
import { DataTable } from "../components/data_table.tsx";
import { Failed } from "../components/failed.tsx";
import { Field, Form } from "../components/form.tsx";
import { Instant } from "../components/instant.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { Snippet } from "../components/snippet.tsx";
import { useOrganization } from "../organization.tsx";
import { useSession } from "../session.tsx";
import { useView } from "../view.ts";

type Role = "owner" | "admin" | "member" | "viewer";
const roles: Role[] = ["owner", "admin", "member", "viewer"];

/** Who is in the organization, as what, and who was invited. */
export function MemberSettings() {
  const { id } = useOrganization();
  const { view } = useView();
  const query = { page: Number(view.query["page"] ?? 1) };
  const members = useAnswer(
    ["members", id, query],
    (signal) => api.GET("/v1/orgs/{id}/members", { params: { path: { id }, query }, signal }),
  );
  if (members.isError) return <Failed error={members.error} retry={() => members.refetch()} />;
  return (
    <div class="pair">
      <div class="stack">
        {members.data === undefined ? <Skeleton height={240} /> : <People page={members.data} />}
        <Invited />
      </div>
      <Invite />
    </div>
  );
}

function People({ page }: { page: Schemas["Members"] }) {
  const { id, role: mine } = useOrganization();
  const { session } = useSession();
  const change = useMutation({
    mutationFn: ({ user, role }: { user: string; role: Role | null }) => {
      const params = { path: { id, user_id: user } };
      return role === null
        ? answerOf(api.DELETE("/v1/orgs/{id}/members/{user_id}", { params }))
        : answerOf(api.PATCH("/v1/orgs/{id}/members/{user_id}", { params, body: { role } }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["members", id] }),
  });
  const mayChange = (member: Schemas["Member"]) =>
    member.user_id !== session?.user.id && (mine === "owner" || member.role !== "owner");
  return (
    <>
      {change.isError && <Failed error={change.error} />}
      <DataTable
        caption="Members"
        page={page}
        rows={page.items}
        keyOf={({ user_id }) => user_id}
        columns={[
          {
            key: "name",
            label: "Person",
            cell: ({ username, email }) => (
              <>
                {username ?? email}
                <br />
                <span class="fine">{email}</span>
              </>
            ),
          },
          {
            key: "role",
            label: "Role",
            cell: (member) =>
              mayChange(member)
                ? (
                  <select
                    aria-label={`Role of ${member.email}`}
                    value={member.role ?? "viewer"}
                    onChange={({ currentTarget }) =>
                      change.mutate({ user: member.user_id, role: currentTarget.value as Role })}
                  >
                    {roles.filter((role) => mine === "owner" || role !== "owner").map((role) => (
                      <option key={role}>{role}</option>
                    ))}
                  </select>
                )
                : member.role,
          },
          { key: "since", label: "Since", cell: ({ since }) => <Instant at={since} /> },
          {
            key: "remove",
            label: "Action",
            isQuiet: true,
            cell: (member) =>
              mayChange(member) && (
                <button
                  type="button"
                  class="quiet danger"
                  onClick={() =>
                    confirm(`Remove ${member.email}?`) &&
                    change.mutate({ user: member.user_id, role: null })}
                >
                  Remove
                </button>
              ),
          },
        ]}
      />
    </>
  );
}

function Invite() {
  const { id, role: mine } = useOrganization();
  const [invited, setInvited] = useState<Schemas["Invited"] | null>(null);
  return (
    <section class="card">
      <h2>Invite somebody</h2>
      <Form
        submit="Invite"
        onSubmit={async (data) => {
          const body = { email: String(data.get("email")), role: String(data.get("role")) as Role };
          setInvited(
            await answerOf(
              api.POST("/v1/orgs/{id}/invitations", { params: { path: { id } }, body }),
            ),
          );
          await queries.invalidateQueries({ queryKey: ["invitations", id] });
        }}
      >
        <Field label="E-mail" name="email" type="email" required />
        <label class="field">
          Role
          <select name="role">
            {roles.filter((role) => mine === "owner" || role !== "owner").map((role) => (
              <option key={role} selected={role === "member"}>{role}</option>
            ))}
          </select>
          <span class="fine">
            Owners and admins manage, members read and write data, viewers read.
          </span>
        </label>
      </Form>
      {invited?.delivery === "sent" && <p role="status">A link was sent to {invited.email}.</p>}
      {invited?.link && (
        <>
          <p role="status">
            No mail goes out here. Hand this link over yourself; it is shown once.
          </p>
          <Snippet label="Invitation" code={invited.link} />
        </>
      )}
    </section>
  );
}

function Invited() {
  const { id } = useOrganization();
  const invitations = useAnswer(
    ["invitations", id],
    (signal) => api.GET("/v1/orgs/{id}/invitations", { params: { path: { id } }, signal }),
  );
  const open = invitations.data?.items.filter(({ status }) => status === "open") ?? [];
  const revoke = useMutation({
    mutationFn: (invitation: string) =>
      answerOf(api.DELETE("/v1/orgs/{id}/invitations/{invitation_id}", {
        params: { path: { id, invitation_id: invitation } },
      })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["invitations", id] }),
  });
  if (open.length === 0) return null;
  return (
    <DataTable
      caption="Open invitations"
      rows={open}
      keyOf={(one) => one.id}
      columns={[
        { key: "email", label: "Invited", cell: ({ email }) => email },
        { key: "role", label: "Role", cell: ({ role }) => role },
        { key: "until", label: "Until", cell: ({ expires_at }) => <Instant at={expires_at} /> },
        {
          key: "revoke",
          label: "Action",
          isQuiet: true,
          cell: (one) => (
            <button
              type="button"
              class="quiet danger"
              onClick={() => revoke.mutate(one.id)}
            >
              Revoke
            </button>
          ),
        },
      ]}
    />
  );
}
