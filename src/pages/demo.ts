// The entry of the demo's page: the words first, then two phones side by side.
import loaders from "virtual:words/demo";
import { loadWords } from "./languages/choose.ts";
import { equipOlderBrowsers } from "./older-browsers.ts";
import "./demo.css";

equipOlderBrowsers();
void (async () => {
  const [{ start }] = await Promise.all([import("./demo/stage.tsx"), loadWords(loaders)]);
  await start();
})();
