// The service worker's entry; the build puts in what it is to keep.
import type { Manifest } from "./manifest.ts";
import type { WorkerScope } from "./scope.ts";
import { equipOlderBrowsers } from "../../older-browsers.ts";
import { ShellWorker } from "./shell-worker.ts";

declare const MANIFEST: Manifest;

equipOlderBrowsers();
new ShellWorker(self as unknown as WorkerScope, MANIFEST).listen();
