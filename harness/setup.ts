// What every process that runs test files has, before the first of them is loaded (`require` in .mocharc.json): the
// package's own names mean the files of src, the SDK's sockets are those of `ws`, and its chatter about networks that tests
// break stays off the terminal. And a promise that is rejected and that nobody handles fails the test that is running, as an
// error that nobody catches does: Mocha 12 passes over the former.
import "./from-source.ts";
import "./clients/use-ws.ts";
import { silenceSdk } from "./clients/sdk-chatter.ts";

silenceSdk();

function fail(reason: unknown): never {
  throw reason instanceof Error ? reason : new Error(`a promise was rejected with ${String(reason)}`);
}

export const mochaHooks = {
  beforeAll() {
    process.on("unhandledRejection", fail);
  },
  afterAll() {
    process.off("unhandledRejection", fail);
  },
};
