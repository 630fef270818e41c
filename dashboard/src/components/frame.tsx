import { type ComponentChildren } from "preact";
import { useLocation } from "preact-iso/router";
import { useEffect, useRef } from "preact/hooks";
import { type Section } from "../inside.tsx";
import { type Organization } from "../organization.tsx";
import { useSession } from "../session.tsx";
import { sectionUrl, useView } from "../view.ts";
import { RangePicker } from "./range_picker.tsx";

interface Props {
  sections: Section[];
  section: Section;
  organizations: Organization[];
  children: ComponentChildren;
}

/** What stands around every section: where one can go, which organization, which days. */
export function Frame({ sections, section, organizations, children }: Props) {
  const { view } = useView();
  useEffect(() => {
    document.title = `${section.label} · Living Lytics`;
  }, [section.label]);
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone the sections are a line that scrolls.
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({
      block: "nearest",
      inline: "center",
    });
  }, [section.name]);
  return (
    <div class="frame">
      <a class="skip" href="#main">Skip to the numbers</a>
      <header class="side">
        <a class="brand" href={sectionUrl(view, "overview")}>
          <Mark />
          <span>Living Lytics</span>
        </a>
        <nav ref={nav} aria-label="Sections">
          {sections.map(({ name, label }) => (
            <a
              key={name}
              href={sectionUrl(view, name)}
              aria-current={name === section.name ? "page" : undefined}
            >
              {label}
            </a>
          ))}
        </nav>
        <Account organizations={organizations} />
      </header>
      <main id="main" tabindex={-1}>
        <header class="top">
          <h1>{section.label}</h1>
          {section.hasRange && !section.rangeless?.includes(view.query["tab"] ?? "") && (
            <RangePicker />
          )}
        </header>
        {children}
      </main>
    </div>
  );
}

function Account({ organizations }: { organizations: Organization[] }) {
  const { view } = useView();
  const { route } = useLocation();
  const { session, signOut } = useSession();
  return (
    <div class="account">
      {organizations.length > 1
        ? (
          <select
            aria-label="Organization"
            value={view.org}
            onChange={(event) => route(`/o/${event.currentTarget.value}/${view.section}`)}
          >
            {organizations.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
          </select>
        )
        : <strong>{organizations[0]?.name}</strong>}
      <span class="fine">{session?.user.username ?? session?.user.email}</span>
      <button
        type="button"
        class="quiet"
        // Whether or not the API hears of it, nothing of the session is left here.
        onClick={() => void signOut().catch(() => {}).then(() => route("/"))}
      >
        Sign out
      </button>
    </div>
  );
}

/** The mark of Living Lytics: three bars that grow. */
export function Mark() {
  return (
    <svg class="brand-mark" viewBox="0 0 20 20" aria-hidden="true">
      <rect x="2" y="11" width="4" height="7" rx="1.5" />
      <rect x="8" y="7" width="4" height="11" rx="1.5" />
      <rect x="14" y="2" width="4" height="16" rx="1.5" />
    </svg>
  );
}
