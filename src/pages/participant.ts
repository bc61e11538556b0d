// The entry of the participant page: the bad network first, then everything that could keep the browser's own.
// A dynamic import, because a bundler may run what two pages share before the first line of either.
import { network } from "./network/install.ts";

void import("./participant/app.tsx").then(({ start }) => start(network));
