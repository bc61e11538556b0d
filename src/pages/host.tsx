// The entry of the host's page: the words of its language first, then the page.
import { render } from "preact";
import loaders from "virtual:words/host";
import "./host.css";
import { App } from "./host/app.tsx";
import { loadWords } from "./languages/choose.ts";
import { languageOf } from "./languages/languages.ts";
import { equipOlderBrowsers } from "./older-browsers.ts";
import { afterPaint } from "./ui/after-paint.ts";

equipOlderBrowsers();
const root = document.getElementById("app");
if (root !== null)
  void loadWords(loaders, languageOf(document.documentElement.lang)).then(() => {
    root.replaceChildren(); // what the HTML has shown until now
    render(<App />, root);
    void afterPaint().then(() => import("./styles/fonts.css").catch(() => {})); // the most urgent is done; or the system's own do
  });
