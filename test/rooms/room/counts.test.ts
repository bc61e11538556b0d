// How many clients the framework says are connected, in a process that is alone.
import { countsContract } from "../../../harness/contracts/counts-contract.ts";
import { startApp } from "../../../harness/servers/app.ts";

describe("client counts (one process)", () =>
  countsContract(() => startApp({ config: { gracePeriodMs: 60_000, eventRetentionMs: 60_000 } })));
