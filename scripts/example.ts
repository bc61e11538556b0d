// `npm run example:quiz` and the others: an example as its author's `node start.ts quiz` runs it, on the sources of this
// repository instead of installed packages.
import { aliases } from "../harness/from-source.ts";
import { start } from "../examples/start.ts";

await start(process.argv[2] ?? "", aliases);
