// A small project of the shape that the framework's own starter has: one settings file, rooms, a test, and a compiler that
// is told to be lax. The same with events in it: what changes in its `src/app.config.ts` is counted by who uses this.

/** `src/app.config.ts` as it is without Holdfast. */
export const appConfig = `import { createEndpoint, createRouter, defineRoom, defineServer, monitor, playground } from "colyseus";

import { TableRoom } from "./rooms/TableRoom.js";

const server = defineServer({
  rooms: {
    table: defineRoom(TableRoom).filterBy(["size"]).enableRealtimeListing(),
  },

  routes: createRouter({
    api_time: createEndpoint("/api/time", { method: "GET" }, async () => {
      return { isTime: true };
    }),
  }),

  express: (app) => {
    app.get("/about", (req, res) => {
      res.send("A small project");
    });
    app.use("/monitor", monitor());
    app.use("/", playground());
  },
});

export default server;
`;

/** Lines of it that become others. */
export const changedLines: readonly (readonly [string, string])[] = [
  ["defineServer, monitor,", "defineServer, LobbyRoom, monitor,"],
  ["const server = defineServer({", "const server = defineServer(withHoldfast({"],
  ["  },\n});\n\nexport", '  },\n}, { storeUrl: process.env.STORE_URL ?? "memory:" }));\n\nexport'],
];

/** Lines that are added: ours, and one for each new room and its import. */
export const addedLines: readonly (readonly [after: string, line: string])[] = [
  [
    'import { TableRoom } from "./rooms/TableRoom.js";\n',
    'import { eventRoom, withHoldfast } from "holdfast";\n',
  ],
  [
    'import { TableRoom } from "./rooms/TableRoom.js";\n',
    'import { QuizRoom } from "./rooms/QuizRoom.js";\n',
  ],
  [
    'import { TableRoom } from "./rooms/TableRoom.js";\n',
    'import { BuzzerRoom } from "./rooms/BuzzerRoom.js";\n',
  ],
  ["  rooms: {\n", "    lobby: defineRoom(LobbyRoom),\n"],
  ["  rooms: {\n", "    quiz: eventRoom(QuizRoom),\n"],
  ["  rooms: {\n", "    buzzer: eventRoom(BuzzerRoom),\n"],
];

/** The same with events in it. */
export function withEvents(): string {
  let text = appConfig;
  for (const [from, to] of changedLines) text = text.replace(from, to);
  for (const [after, line] of addedLines) text = text.replace(after, `${after}${line}`);
  return text;
}

const table = `import { Room, Client, CloseCode } from "colyseus";
import { schema, t, type SchemaType } from "@colyseus/schema";

export const TableState = schema({ dish: t.string().default("soup") });
export type TableState = SchemaType<typeof TableState>;

export class TableRoom extends Room<{ state: TableState }> {
  maxClients = 4;
  state = new TableState();
  last: CloseCode;

  messages = {
    order: (client: Client, dish: string) => {
      this.state.dish = dish;
      client.send("ordered", dish);
    },
  };

  onCreate(options: any) {}
  onJoin(client: Client, options: any) {}
  onLeave(client: Client, code: CloseCode) {
    this.last = code;
  }
}
`;

const quiz = `import { type Client, defineEventState, EventRoom, type ParticipantOf, t } from "holdfast";

export const quiz = defineEventState({
  participant: { score: t.number().default(0) },
  event: { round: t.number().default(1) },
});

export class QuizRoom extends EventRoom<typeof quiz> {
  schema = quiz;
  taken = 0;

  messages = {
    point: (client: Client, points: number) => {
      const player = this.participantOf(client);
      if (player) player.score += points;
    },
  };

  onSeatTaken(player: ParticipantOf<typeof quiz>) {
    this.taken += 1;
    this.state.round = this.taken;
  }
}
`;

const buzzer = `import { type Client, EventRoom } from "holdfast";

export class BuzzerRoom extends EventRoom {
  messages = {
    buzz: (client: Client) => this.broadcast("buzzed", client.sessionId),
  };
}
`;

const test = `import assert from "assert";
import { ColyseusTestServer, boot } from "@colyseus/testing";
import appConfig from "../src/app.config.js";
import { TableState } from "../src/rooms/TableRoom.js";

const who = (event: string, name: string) => ({
  event_id: event,
  device_id: name,
  session_token: "the session token of " + name + " at " + event,
});

describe("the project", () => {
  let colyseus: ColyseusTestServer<typeof appConfig>;

  before(async () => (colyseus = await boot(appConfig)));
  after(async () => colyseus.shutdown());
  beforeEach(async () => await colyseus.cleanup());

  it("a table is a plain room", async () => {
    const room = await colyseus.createRoom<TableState>("table", { size: 4 });
    const client = await colyseus.connectTo(room);
    assert.strictEqual(client.sessionId, room.clients[0].sessionId);
    assert.deepStrictEqual(client.state.toJSON(), { dish: "soup" });
    const other = await colyseus.sdk.joinOrCreate("table", { size: 4 });
    assert.strictEqual(other.roomId, client.roomId);
    const ordered = new Promise((resolve) => other.onMessage("ordered", resolve));
    other.send("order", "bread");
    assert.strictEqual(await ordered, "bread");
    await room.waitForNextPatch();
  });
  /* with events */
  it("its routes answer", async () => {
    assert.strictEqual((await colyseus.sdk.http.get("/about" as any)).data, "A small project");
    assert.deepStrictEqual((await colyseus.sdk.http.get("/api/time")).data, { isTime: true });
    for (const page of ["/", "/monitor/"]) {
      const { headers } = await colyseus.http.get(page);
      assert.match(String(headers["content-type"]), /^text\\/html/);
    }
  });
});
`;

const testOfEvents = `
  it("two types of events, and a lobby that knows the tables", async () => {
    const lobby = await colyseus.sdk.joinOrCreate("lobby");
    const rooms = new Promise<any[]>((resolve) => lobby.onMessage("rooms", resolve));
    const came = new Promise<any[]>((resolve) => lobby.onMessage("+", resolve));
    assert.deepStrictEqual(await rooms, []);
    const ann = await colyseus.sdk.joinOrCreate("quiz", who("friday", "ann"));
    const bo = await colyseus.sdk.joinOrCreate("buzzer", who("monday", "bo"));
    const table = await colyseus.sdk.joinOrCreate("table", { size: 2 });
    assert.strictEqual((await came)[0], table.roomId);
    const buzzed = new Promise((resolve) => bo.onMessage("buzzed", resolve));
    bo.send("buzz");
    assert.strictEqual(await buzzed, bo.sessionId);
    ann.send("point", 3);
    await new Promise<void>((resolve) => {
      ann.onStateChange((state: any) => state.participants.get("ann")?.score === 3 && resolve());
    });
  });

  it("an event by the kit: a room of it, and who connects to that", async () => {
    const room = await colyseus.createRoom("quiz", { event_id: "kit" });
    const cy = await colyseus.connectTo(room as any, who("kit", "cy"));
    assert.strictEqual((cy.state as any).participants.get("cy").status, "connected");
    cy.reconnection.enabled = false;
    const closed = new Promise<number>((resolve) => {
      cy.onDrop((code) => resolve(code));
      cy.onLeave((code) => resolve(code));
    });
    await colyseus.cleanup();
    assert.ok((await closed) >= 4000);
  });
`;

const compilerOptions = {
  outDir: "build",
  target: "ESNext",
  module: "NodeNext",
  moduleResolution: "NodeNext",
  strict: true,
  allowJs: true,
  strictNullChecks: false,
  esModuleInterop: true,
  experimentalDecorators: true,
  skipLibCheck: true,
  forceConsistentCasingInFileNames: true,
  useDefineForClassFields: false,
};

const index = `import { listen } from "@colyseus/tools";
import app from "./app.config.js";

listen(app);
`;

/**
 * The files of the project, by path.
 * @param hasEvents whether Holdfast is in it
 */
export function projectFiles(hasEvents: boolean): Record<string, string> {
  const events = { "src/rooms/QuizRoom.ts": quiz, "src/rooms/BuzzerRoom.ts": buzzer };
  return {
    "tsconfig.json": JSON.stringify({ compilerOptions, include: ["src", "test"] }),
    "src/index.ts": index,
    "src/app.config.ts": hasEvents ? withEvents() : appConfig,
    "src/rooms/TableRoom.ts": table,
    "test/app.test.ts": test.replace("  /* with events */\n", hasEvents ? testOfEvents : ""),
    ...(hasEvents ? events : {}),
  };
}
