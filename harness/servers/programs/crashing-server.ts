// A server that kills itself (-9) at a chosen point, and says so (harness/crashes/dying-store); with HANG=1 its store never
// answers. Otherwise src/index.ts.
import { createApp } from "../../../src/app.config.ts";
import { loadConfig } from "../../../src/config.ts";
import { serve } from "../../../src/ops/lifecycle.ts";
import { createStore } from "../../../src/store/create-store.ts";
import { dyingStore } from "../../crashes/dying-store.ts";

const config = loadConfig(process.env);
const store = dyingStore(createStore(config.storeUrl), process.env);
if (process.env.HANG === "1") store.commit = () => new Promise(() => {});
const app = createApp({ config, store });
console.log(`listens on http://127.0.0.1:${await serve(app, process)}`);
