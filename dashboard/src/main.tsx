import { QueryClientProvider } from "@tanstack/preact-query";
import { render } from "preact";
import { LocationProvider } from "preact-iso/router";
import { queries } from "./api.ts";
import { App } from "./app.tsx";
import { SessionProvider } from "./session.tsx";

const root = document.getElementById("app");
if (root === null) throw new Error("the page has no #app");
render(
  <QueryClientProvider client={queries}>
    <SessionProvider>
      <LocationProvider>
        <App />
      </LocationProvider>
    </SessionProvider>
  </QueryClientProvider>,
  root,
);
