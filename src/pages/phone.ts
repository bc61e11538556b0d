// The entry of one phone of the demo: the bad network first, then everything that could keep the browser's own.
import loaders from "virtual:words/demo";
import { loadWords } from "./languages/choose.ts";
import { network } from "./network/install.ts";
import { equipOlderBrowsers } from "./older-browsers.ts";
import "./demo.css";

equipOlderBrowsers();
void (async () => {
  const [{ start }] = await Promise.all([import("./demo/phone.tsx"), loadWords(loaders)]);
  start(network);
})();
