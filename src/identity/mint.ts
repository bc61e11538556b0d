#!/usr/bin/env node
// The command that mints tokens; as in src/index.ts, what an old Node cannot read is imported behind the check.
import "../boot.cjs";

void import("./mint-token.ts").then(({ mint }) => mint(process));
