import { createApp } from "../_shared/http/app.ts";
import { audit } from "./routes/audit.ts";
import { invitations } from "./routes/invitations.ts";
import { keys } from "./routes/keys.ts";
import { members } from "./routes/members.ts";
import { organizations } from "./routes/organizations.ts";
import { retention } from "./routes/retention.ts";

export const app = createApp("orgs");

organizations(app);
members(app);
invitations(app);
keys(app);
audit(app);
retention(app);
