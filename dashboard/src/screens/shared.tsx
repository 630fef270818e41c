import { type ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import {
  answerOf,
  api,
  ApiProblem,
  endedEvent,
  type OpenedShare,
  openedShare,
  queries,
  shareId,
} from "../api.ts";
import { Door } from "../components/door.tsx";
import { Failed } from "../components/failed.tsx";
import { Field, Form } from "../components/form.tsx";
import { Mark } from "../components/frame.tsx";
import { lazily } from "../components/lazily.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { addDays, today } from "../days.ts";
import { days } from "../format.ts";
import {
  type Organization,
  OrganizationContext,
  type Shared as Shown,
  SharedContext,
} from "../organization.tsx";
import { sectionUrl, useView } from "../view.ts";
import { Overview } from "./overview.tsx";

type TabName = OpenedShare["view"][number];

interface Tab {
  label: string;
  section: string;
  Screen: ComponentType;
}

/** What a link can show: the tabs of members, each by itself. */
const tabs: Record<TabName, Tab> = {
  overview: { label: "Overview", section: "overview", Screen: Overview },
  events: {
    label: "Events",
    section: "product",
    Screen: lazily(() => import("./product_events.tsx").then(({ Events }) => Events)),
  },
  retention: {
    label: "Retention",
    section: "product",
    Screen: lazily(() => import("./product_retention.tsx").then(({ Retention }) => Retention)),
  },
  funnel: {
    label: "Funnel",
    section: "product",
    Screen: lazily(() => import("./product_funnel.tsx").then(({ Funnel }) => Funnel)),
  },
  paths: {
    label: "Paths",
    section: "product",
    Screen: lazily(() => import("./product_paths.tsx").then(({ Paths }) => Paths)),
  },
  delivery: {
    label: "Delivery",
    section: "delivery",
    Screen: lazily(() =>
      import("./delivery_metrics.tsx").then(({ DeliveryMetrics }) => DeliveryMetrics)
    ),
  },
  ai: {
    label: "AI",
    section: "ai",
    Screen: lazily(() => import("./ai_kpis.tsx").then(({ Kpis }) => Kpis)),
  },
};

/** What a share link shows: the way in, and then its tabs, without anything that leads elsewhere. */
export function Shared() {
  const [opened, setOpened] = useState(openedShare?.read() ?? null);
  const [error, setError] = useState<unknown>(null);
  const secret = location.hash.slice(1);

  const open = async (password?: string) => {
    const body = { id: shareId ?? "", secret, ...(password === undefined ? {} : { password }) };
    const answer = await answerOf(api.POST("/v1/orgs/shares/open", { body }));
    openedShare?.write(answer);
    queries.clear();
    setOpened(answer);
  };

  useEffect(() => {
    const ended = () => setOpened(null);
    addEventListener(endedEvent, ended);
    return () => removeEventListener(endedEvent, ended);
  }, []);
  useEffect(() => {
    if (opened !== null) return;
    setError(null);
    void open().catch(setError);
  }, [opened]);

  if (opened !== null) return <Opened share={opened} />;
  if (error === null) return <Skeleton height={480} />;
  const code = error instanceof ApiProblem ? error.code : null;
  if (code === "password_required") return <Password open={open} />;
  if (code === "not_found" || code === "validation_failed") {
    return (
      <Door title="This link opens nothing">
        <p>It was cut short, revoked, or its time is over. Ask whoever sent it for another one.</p>
      </Door>
    );
  }
  return (
    <Door title="A shared view">
      <Failed error={error} retry={() => open().catch(setError)} />
    </Door>
  );
}

function Password({ open }: { open(password: string): Promise<void> }) {
  return (
    <Door title="This view has a password">
      <Form
        submit="Open it"
        words={{ wrong_password: "That is not its password." }}
        onSubmit={(data) => open(String(data.get("password")))}
      >
        <Field label="Password" name="password" type="password" autocomplete="off" required />
      </Form>
    </Door>
  );
}

function Opened({ share }: { share: OpenedShare }) {
  const { view } = useView();
  const names = share.view;
  const first = names.find((name) => tabs[name].section === view.section) ?? names[0];
  const name = names.find((one) => one === view.query["tab"]) ?? first;
  const open = name === undefined ? undefined : tabs[name];
  const shown: Shown = {
    sections: names.map((one) => tabs[one].section),
    days: daysOf(share, new Date()),
    compare: share.compare,
  };
  useEffect(() => {
    document.title = `${share.name} · Living Lytics`;
  }, [share.name]);
  return (
    <OrganizationContext.Provider value={organizationOf(share)}>
      <SharedContext.Provider value={shown}>
        <main class="shared">
          <header class="top">
            <div>
              <p class="brand">
                <Mark />
                <span>{share.organization.name}</span>
              </p>
              <h1>{share.name}</h1>
            </div>
            <p class="fine">
              {days(shown.days)}, {share.organization.time_zone.replaceAll("_", " ")}
            </p>
          </header>
          <div class="stack">
            {names.length > 1 && (
              <nav class="segments" aria-label="Shared views">
                {names.map((one) => (
                  <a
                    key={one}
                    href={sectionUrl(view, tabs[one].section, { tab: one })}
                    aria-current={one === name ? "page" : undefined}
                  >
                    {tabs[one].label}
                  </a>
                ))}
              </nav>
            )}
            {open && <open.Screen key={open.label} />}
          </div>
        </main>
      </SharedContext.Provider>
    </OrganizationContext.Provider>
  );
}

/** The days that a link shows: those that stand still, or so many that end yesterday. */
function daysOf({ range, rolling, organization }: OpenedShare, now: Date) {
  if (range !== null) return range;
  const end = addDays(today(organization.time_zone, now), -1);
  return { start: addDays(end, 1 - (rolling ?? 1)), end };
}

/** As much of the organization as a link's reader is told; the rest is of no use here. */
function organizationOf({ organization }: OpenedShare): Organization {
  return {
    ...organization,
    role: null,
    created_at: "",
    digest_hour: 0,
    failure_window_hours: 0,
    individual_metrics: false,
    member_count: 0,
    production_environments: null,
    public_id: "",
    public_reads: false,
  };
}
