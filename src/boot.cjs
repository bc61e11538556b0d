// Comes before everything else, in every program of ours: says in one sentence that this Node is too old, and keeps what
// Node has compiled for the next start. Plain JavaScript of 2009, so that an old Node can read it.
"use strict";
var path = require("path");
var needed = require("../package.json").engines.node.replace(">=", "");

function isOlder(version, than) {
  var here = version.split(".");
  var there = than.split(".");
  return here[0] !== there[0] ? Number(here[0]) < Number(there[0]) : Number(here[1]) < Number(there[1]);
}

if (isOlder(process.versions.node, needed)) {
  console.error(
    "Holdfast needs Node " +
      needed +
      " or newer, and this is Node " +
      process.versions.node +
      " (" +
      process.execPath +
      ").",
  );
  process.exit(1);
}

// Beside the packages, where only their owner writes: what is kept is run. Where nothing can be written nothing is kept,
// and where NODE_COMPILE_CACHE or NODE_DISABLE_COMPILE_CACHE is set, that decides.
var packages = path.sep + "node_modules" + path.sep;
var inside = __dirname.lastIndexOf(packages);
var root =
  inside < 0 ? path.join(__dirname, "..", "node_modules") : __dirname.slice(0, inside + packages.length);
require("module").enableCompileCache(path.join(root, ".cache", "holdfast"));
