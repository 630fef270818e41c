import { createApp } from "../_shared/http/app.ts";
import { openApiDocument } from "./routes/openapi.ts";

export const app = createApp("docs");

openApiDocument(app);
