// What each part of `src` may import, types and dynamic imports included, and that no files go in a circle.
// `npm run check:imports` holds it. ARCHITECTURE.md says what each part owns.

/** What the parts may import that were one folder. */
const once = [
  "protocol",
  "seats",
  "store/seat-store",
  "store/commit-queue",
  "store/committer",
  "store/redis",
  "identity",
  "ops",
  "clock",
  "config",
];

/** What the library's own entry puts together. */
const library = [
  "identity",
  "protocol",
  "seats",
  "store",
  "ops",
  "event",
  "connections",
  "rooms",
  "schema",
  "clock",
  "config",
  "app.config",
  "server",
];

/** What of the protocol a browser loads: no validator. */
const inBrowsers = [
  "messages",
  "session",
  "event-details",
  "host-api",
  "comparable-name",
  "close-code",
  "refusal",
  "json",
].map((name) => `protocol/${name}`);

/** A part: what of `src` it may import beside itself, and which packages (all but those that nobody may, where left out). */
const parts = {
  protocol: { inner: [], packages: ["zod", "crypto"] },
  // Defined in a file that rooms, clients and pages import: nothing of a server.
  schema: { inner: ["protocol/messages"], packages: ["@colyseus/schema"] },
  seats: { inner: ["protocol"], packages: [] },
  clock: { inner: [], packages: [] },
  "setting-kinds": { inner: [], packages: ["net"] },
  settings: { inner: ["setting-kinds", "store/store-url", "protocol/session-key"], packages: [] },
  misspelt: { inner: [], packages: [] },
  config: { inner: ["settings", "setting-kinds", "misspelt"], packages: [] },
  "command-line": { inner: ["misspelt"], packages: ["fs", "util"] },
  boot: { inner: ["main"] },
  store: {
    inner: ["seats", "protocol", "clock"],
    packages: ["ioredis", "node:sqlite", "crypto", "fs", "net", "path"],
  },
  cluster: {
    inner: ["protocol", "store", "clock"],
    packages: ["crypto", "http", "net", "os", "stream", "stream/consumers"],
  },
  identity: {
    inner: ["seats", "protocol", "clock", "command-line", "boot"],
    packages: ["crypto", "net", "jose"],
  },
  admission: { inner: ["identity", "seats", "protocol", "clock"], packages: ["http", "net", "stream"] },
  ops: {
    inner: ["protocol", "identity", "clock"],
    packages: [
      "@colyseus/monitor",
      "express",
      "negotiator",
      "pino",
      "prom-client",
      "child_process",
      "crypto",
      "fs",
      "os",
      "path",
      "url",
      "util",
    ],
  },
  "host-api": { inner: ["admission", "identity", "protocol"], packages: ["zod", "crypto"] },
  connections: { inner: ["seats", "protocol", "clock"], packages: ["ws", "crypto", "stream"] },
  sync: { inner: ["seats", "protocol", "clock"], packages: ["stream"] },
  event: {
    inner: [
      "store/seat-store",
      "store/committer",
      "connections",
      "sync",
      "identity",
      "seats",
      "protocol",
      "clock",
    ],
    packages: [],
  },
  rooms: { inner: [...once, "schema", "admission", "connections", "sync", "event", "cluster", "host-api"] },
  client: {
    inner: ["schema", ...inBrowsers],
    packages: ["@colyseus/sdk", "@colyseus/schema", "msgpackr"],
  },
  react: {
    inner: ["client/index", "client/types", "client/state/immutable-copy", ...inBrowsers],
    packages: ["react"],
  },
  host: { inner: inBrowsers, packages: [] },
  pages: {
    inner: ["client/index", "host/index", "demo/state", ...inBrowsers],
    packages: ["preact", "uqr", "@lingui/core"],
  },
  demo: { inner: ["app.config", "config", "holdfast", "schema"], packages: ["zod"] },
  server: {
    inner: [
      "protocol",
      "seats",
      "store",
      "cluster",
      "identity",
      "ops",
      "admission",
      "host-api",
      "connections",
      "event",
      "rooms",
      "clock",
      "config",
      "misspelt",
    ],
    packages: ["http"],
  },
  "app.config": { inner: ["ops", "rooms", "config", "server"], packages: [] },
  holdfast: { inner: library },
  starter: { inner: ["command-line"], packages: ["fs", "path", "url"] },
  main: {
    inner: [
      "app.config",
      "command-line",
      "config",
      "misspelt",
      "setting-kinds",
      "server",
      "starter",
      "store",
      "ops",
    ],
  },
  index: { inner: ["main", "boot"] },
};

/** The test kit puts servers and clients together: it may import all but pages, and what runs them. */
const notInTests = ["pages", "react", "boot", "main", "index"];
parts.testing = { inner: Object.keys(parts).filter((part) => !notInTests.includes(part)) };

/** What the folders of the client may import of each other; `types` and `errors` are its public vocabulary. */
const clientFolders = {
  types: [],
  state: ["types"],
  errors: ["types"],
  platform: ["types"],
  connection: ["types", "platform", "state"],
  presence: ["types", "platform", "state"],
  outbox: ["types", "errors", "platform", "connection/sdk/frame-size"],
  inbox: ["types", "platform"],
  session: ["types", "errors", "platform", "state", "connection", "presence", "outbox", "inbox"],
  index: ["types", "errors", "platform", "state/state-callbacks", "connection", "session"],
};

const escaped = (text) => text.replaceAll(/[.+]/g, "\\$&");
/** A file of that name, or everything in a folder of it. */
const at = (part) => `^src/${escaped(part)}(?:/|\\.[cm]?tsx?$|\\.cjs$)`;
/** Node's own modules by their bare names, packages by their folder. */
const pack = (name) => `^(?:${escaped(name)}$|node_modules/(?:@types/)?${escaped(name)}(?:/|$))`;

const inward = Object.entries(parts).map(([part, { inner }]) => ({
  name: `${part} imports what it may`,
  severity: "error",
  from: { path: at(part) },
  to: { path: "^src/", pathNot: [part, ...inner].map(at) },
}));
/** Made by the build (scripts/words.ts): no file. */
const ownModules = "^virtual:words/";

const outward = Object.entries(parts).flatMap(([part, { packages }]) =>
  packages === undefined
    ? []
    : [
        {
          name: `${part} imports the packages that it may`,
          severity: "error",
          from: { path: at(part) },
          to: { pathNot: ["^src/", ...packages.map(pack), ownModules, "\\.(?:css|woff2|svg)$"] },
        },
      ],
);

const clientInward = Object.entries(clientFolders).map(([folder, inner]) => ({
  name: `client/${folder} imports what it may of the client`,
  severity: "error",
  from: { path: at(`client/${folder}`) },
  to: { path: "^src/client/", pathNot: [folder, ...inner].map((name) => at(`client/${name}`)) },
}));

export default {
  forbidden: [
    { name: "no circle", severity: "error", from: {}, to: { circular: true } },
    {
      name: "everything is found",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: ownModules },
    },
    {
      name: "every file of src belongs to a part",
      severity: "error",
      from: { path: "^src/", pathNot: Object.keys(parts).map(at) },
      to: {},
    },
    ...inward,
    ...outward,
    ...clientInward,
    {
      name: "every file of the client belongs to one of its folders",
      severity: "error",
      from: { path: "^src/client/", pathNot: Object.keys(clientFolders).map((name) => at(`client/${name}`)) },
      to: {},
    },
    {
      // `sockets` is for the test kit alone, and in nobody's bundle.
      name: "one file imports the SDK",
      severity: "error",
      from: {
        path: "^src/",
        pathNot: ["sdk-room", "sockets"].map((file) => at(`client/connection/sdk/${file}`)),
      },
      to: { path: pack("@colyseus/sdk") },
    },
    {
      name: "the client's connections are made with the SDK where it is put together, and nowhere else",
      severity: "error",
      from: {
        path: "^src/",
        pathNot: [at("client/index"), at("client/connection/sdk"), at("testing/client")],
      },
      to: { path: at("client/connection/sdk"), pathNot: at("client/connection/sdk/frame-size") },
    },
    {
      name: "of identity the program that mints tokens alone reads a command line",
      severity: "error",
      from: { path: at("identity"), pathNot: ["identity/mint", "identity/mint-token"].map(at) },
      to: { path: ["command-line", "boot"].map(at) },
    },
    {
      // They load a parent folder's .env and swap onAuth; what they have is in @colyseus/core.
      name: "src does not import colyseus or its tools",
      severity: "error",
      from: { path: "^src/" },
      to: { path: ["colyseus", "@colyseus/tools"].map(pack) },
    },
    {
      name: "the process is read by the entry points alone",
      severity: "error",
      from: { path: "^src/", pathNot: ["index", "main", "boot", "identity/mint"].map(at) },
      to: { path: pack("process") },
    },
    {
      name: "load tests know the server from outside",
      severity: "error",
      from: { path: "^loadtest/" },
      to: { path: ["rooms", "event", "sync", "connections", "admission", "seats", "store"].map(at) },
    },
    {
      // What they share is in harness/. The tests of the tools of loadtest (test/tools) load their pure parts.
      name: "tests and load tests do not import each other",
      severity: "error",
      from: { path: "^test/", pathNot: "^test/tools/" },
      to: { path: "^loadtest/" },
    },
    {
      name: "load tests and tests do not import each other",
      severity: "error",
      from: { path: "^loadtest/" },
      to: { path: "^test/" },
    },
    {
      name: "the harness imports neither tests nor load tests, and src neither it nor them",
      severity: "error",
      from: { path: "^(?:src|harness)/" },
      to: { path: ["^test/", "^loadtest/"] },
    },
    {
      name: "src does not import the harness",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^harness/" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      extensions: [".ts", ".tsx", ".js", ".cjs", ".mjs", ".css"],
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
