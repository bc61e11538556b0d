// What require() gets where an ES module cannot be required: one sentence instead of a syntax error.
"use strict";
throw new Error(
  'holdfast-client is an ES module, which cannot be required here: write `import` or `await import("holdfast-client")`, ' +
    "or use Node 22.12 or newer, where require() takes it too.",
);
