#!/usr/bin/env node
// The server as a program. What runs in an old Node comes first, and everything else is imported only then: an old Node
// cannot read it.
import "./boot.cjs";

void import("./main.ts").then(({ main }) => main(process));
