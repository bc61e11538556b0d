// What every process that runs test files has, before the first of them is loaded (`require` in .mocharc.json): the SDK's
// sockets are those of `ws`, and its chatter about networks that tests break stays off the terminal.
import "./clients/use-ws.ts";
import { silenceSdk } from "./clients/sdk-chatter.ts";

silenceSdk();
