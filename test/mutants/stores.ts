// Breaks of what is stored, and of who may store it: the commit queue, the stores, the lease and its fence.
import { type Break, breaksOf } from "./break.ts";

export const stores: readonly Break[] = [
  ...breaksOf(
    "store/commit-queue.ts",
    ["store/commit-queue", "event/announcing"],
    [
      [
        "K3",
        "what is fenced counts as stored",
        "if (fenced.has(batch.eventId)) {",
        "if (fenced.has(`${batch.eventId} `)) {",
      ],
      ["K3", "nobody hears which event was lost", "this.#proof.fenced(batch.eventId);", ""],
      [
        "D7",
        "what could not be written is never written",
        "for (const { committer } of taken) this.#markDirty(committer);",
        "",
      ],
      [
        "D8",
        "what Redis did not take is told",
        "committer.putBack();\n        if (!this.#forgotten",
        "committer.committed();\n        if (!this.#forgotten",
      ],
      [
        "D8",
        "what Redis has lost is not written again",
        'if (kept === "lost") for',
        "if (kept === undefined) for",
      ],
      ["D8", "the time of an outage is charged", "committer.postpone(outageMs);", "committer.postpone(0);"],
      [
        "D2",
        "two commits are under way at once",
        "if (this.#running !== undefined) return;\n    this.#running = run()",
        "this.#running = run()",
      ],
      [
        "D8",
        "a mark that is made during a commit is taken away by it",
        "this.#dirty.written(committer, mark);",
        "this.#dirty.written(committer, this.#dirty.markOf(committer));",
      ],
      [
        "D11",
        "a forgotten event is stored again",
        "if (this.#forgotten.has(committer)) return;\n    this.#waiting",
        "this.#waiting",
      ],
      [
        "D11",
        "a forgotten event's failed commit is tried again",
        "if (!this.#forgotten.has(committer)) this.#waiting.add(committer);",
        "this.#waiting.add(committer);",
      ],
      [
        "E9",
        "one room's error keeps the others from being stored",
        "this.#reportError(error);\n      return undefined;",
        "throw error;",
      ],
      ["D5", "flush waits for nothing", "while (!isDone() &&", "while (isDone() &&"],
    ],
  ),
  ...breaksOf(
    "event/stored/commit-batch.ts",
    ["event/entries"],
    [
      [
        "D63",
        "an entry that could not be stored is forgotten",
        "this.#entryKeys = new Set([...taken.entryKeys, ...this.#entryKeys]);",
        "",
      ],
      [
        "D63",
        "what failed is tried behind what came later",
        "new Set([...taken.entryKeys, ...this.#entryKeys])",
        "new Set([...this.#entryKeys, ...taken.entryKeys])",
      ],
      ["D63", "a commit of everything has no entries", "this.entries.whole()", "undefined"],
    ],
  ),
  ...breaksOf(
    "event/stored/entries.ts",
    ["event/entries"],
    [
      ["D63", "what is dropped stays in memory", "this.#values.delete(key);", ""],
      ["D63", "what is dropped stays in the store", "drop.push(key);", "void drop;"],
    ],
  ),
  ...breaksOf(
    "store/sqlite/sqlite-store.ts",
    ["store/stores"],
    [
      ["D60", "a forgotten event's entries stay", "clearEntries.run(eventId);\n      drop", "drop"],
      ["D60", "a whole commit leaves older entries", "if (isWhole) more.clearEntries.run(eventId);", ""],
    ],
  ),
  ...breaksOf(
    "store/sqlite/sqlite-store.ts",
    ["store/sqlite-files"],
    [["D62", "a file that is made anew has no secrets", "if (this.#hasLostSecrets)", "if (false)"]],
    "[D16]",
  ),
  ...breaksOf(
    "store/redis/redis-store.ts",
    ["store/redis-guards"],
    [
      [
        "D62",
        "a secret that Redis has lost is another one from then on",
        "for (const [name, secret] of this.#secrets) await",
        "for (const [name, secret] of []) await",
      ],
    ],
    "[D62]",
  ),
  ...breaksOf(
    "store/redis/redis-keys.ts",
    ["redis/store/opens-0.1.0"],
    [
      [
        "D65",
        "0.1.0 writes over an event of a type",
        "return [notForOlder, ",
        "return [JSON.stringify(facts), ",
      ],
    ],
  ),
  ...breaksOf(
    "store/redis/lua/commit.lua",
    ["store/redis-store"],
    [
      ["D60", "a whole commit leaves older entries", '== "entry:" then', '== "other:" then'],
      ["D61", "a type is not stored", 'if ARGV[9] ~= "" then', "if false then"],
    ],
  ),
  ...breaksOf(
    "store/store-health.ts",
    ["store/commit-queue", "event/announcing"],
    [
      [
        "K4",
        "a lease that has run out suspends nothing",
        "const holds = this.#proof.holds(this.#clock.now()) &&",
        "const holds =",
      ],
      [
        "D8",
        "an outage that goes on is charged from its beginning, each time",
        "this.#lastAnsweredAt = this.#clock.now(); // should",
        "this.#lastAnsweredAt += 0; return this.#clock.now() - this.#suspendedAt; // should",
      ],
      [
        "D7",
        "a failure of SQLite holds everyone up",
        'if (this.#store.onFailure === "suspend") return this.#suspend(error);',
        "this.#suspend(error);\n    if (error !== undefined) return undefined;",
      ],
    ],
  ),
  ...breaksOf(
    "store/sqlite/sqlite-store.ts",
    ["store/stores"],
    [
      ["D1", "a whole batch leaves what was there", "if (isWhole) clear.run(eventId);", ""],
      [
        "D1 D11",
        "a forgotten event keeps its seats",
        "clear.run(eventId);\n      clearEntries.run(eventId);",
        "clearEntries.run(eventId);",
      ],
    ],
  ),
  ...breaksOf(
    "store/sqlite/sqlite-file.ts",
    ["store/stores"],
    [
      [
        "D1",
        "half of a commit may stay",
        'if (database.isTransaction) database.exec("ROLLBACK");',
        'if (database.isTransaction) database.exec("COMMIT");',
      ],
      ["D9", "two servers use one file", "PRAGMA locking_mode = EXCLUSIVE", "PRAGMA locking_mode = NORMAL"],
    ],
  ),
  ...breaksOf(
    "store/sqlite/sqlite-schema.ts",
    ["store/stores"],
    [
      [
        "D9",
        "a file of another program is taken",
        "if (!isSqlite || header.readUInt32BE(68) !== applicationId)",
        "if (!isSqlite)",
      ],
      ["D9", "a newer file is taken", "if (version > upgrades.length)", "if (version > upgrades.length + 1)"],
    ],
  ),
  ...breaksOf(
    "cluster/lua/release.lua",
    ["cluster/leases"],
    [
      [
        "K3",
        "an older epoch of the same process gives away the later",
        " or lease[2] ~= ARGV[2] then",
        " then",
      ],
    ],
  ),
  ...breaksOf(
    "rooms/redis/lua/list.lua",
    ["cluster/fenced-driver"],
    [
      [
        "K3",
        "a former owner lists another's event",
        'if redis.call("HGET", KEYS[2], "owner") ~= ARGV[3] then return 0 end',
        "",
      ],
    ],
  ),
  ...breaksOf(
    "rooms/redis/lua/unlist.lua",
    ["cluster/fenced-driver"],
    [
      [
        "K3",
        "a former owner takes another's row away",
        "or cjson.decode(row).processId ~= ARGV[2] then",
        "then",
      ],
    ],
  ),
  ...breaksOf(
    "rooms/redis/fenced-driver.ts",
    ["stock/plain-rows"],
    [
      [
        "Y6",
        "a plain room with an event_id is looked for among the events",
        "if (roomId === undefined && !this.#names.has(name))",
        "if (roomId === undefined && eventId === undefined)",
      ],
      [
        "Y6",
        "what is added to a row is forgotten",
        "Number(counts[field]) + Number(by)",
        "Number(counts[field])",
      ],
    ],
  ),
  ...breaksOf(
    "rooms/redis/plain-rows.ts",
    ["stock/plain-rows"],
    [
      ["Y7", "what Redis did not take is given up", "this.#missed.set(roomId, room);", ""],
      [
        "Y6",
        "a second room of an id takes the first one's row",
        "this.#listing.hsetnx(",
        "this.#listing.hset(",
      ],
    ],
  ),
  ...breaksOf(
    "rooms/framework/process-choice.ts",
    ["framework/process-choice"],
    [
      ["Y8", "an event comes into being anywhere", "events.has(roomName) ? matchMaker.processId :", ""],
      [
        "Y8",
        "the fullest process gets a plain room",
        "a.roomCount - b.roomCount",
        "b.roomCount - a.roomCount",
      ],
    ],
  ),
  ...breaksOf(
    "rooms/redis/process-checks.ts",
    ["stock/across-processes"],
    [
      [
        "Y9",
        "who was mistaken for dead stays out of the listing",
        "await matchMaker.restoreMissingRoomCaches();",
        "",
      ],
      ["Y9", "nobody finds out who has died", "matchMaker.setHealthChecksEnabled(true);", ""],
    ],
    "Y9",
  ),
  ...breaksOf(
    "rooms/redis/calm-presence.ts",
    ["stock/plain-rows"],
    [
      [
        "Y6",
        "brpop has the time limit of every command",
        "const { commandTimeout: _, ...options }",
        "const options",
      ],
    ],
  ),
  ...breaksOf(
    "cluster/lua/claim.lua",
    ["cluster/leases"],
    [
      ["K2", "who has no lease claims", 'if not since then return { "unproven" } end', "since = since or 0"],
      ["K2", "an owner that lives is robbed", 'if address then return { "theirs", address } end', ""],
      [
        "K2",
        "who has just come takes what it knows nothing of",
        'if settledIn > 0 then return { "wait", math.ceil(settledIn) } end\nend\n--',
        "end\n--",
      ],
      [
        "K8",
        "a Redis that has just come back gives away what it forgot",
        'if owners > 0 then return { "wait", math.ceil(owners) } end',
        "",
      ],
      ["K2", "epochs repeat within a millisecond", "math.max(epoch + 1, over + 1, now)", "now"],
    ],
  ),
  ...breaksOf(
    "cluster/lua/confirm.lua",
    ["cluster/leases"],
    [
      [
        "K8 K4",
        "a later claim is overwritten by the earlier owner",
        "if epoch > tonumber(ARGV[2]) then return 0 end",
        "",
      ],
      [
        "K8",
        "a lease that Redis has forgotten is not written again",
        'redis.call("HSET", KEYS[1], "owner", ARGV[1], "epoch", ARGV[2], "event", ARGV[3], "type", ARGV[5])',
        "",
      ],
    ],
  ),
  ...breaksOf(
    "cluster/lua/release.lua",
    ["cluster/leases"],
    [
      [
        "K2 K3",
        "a former owner gives away what is another's",
        "if lease[1] ~= ARGV[1] or lease[2] ~= ARGV[2] then return 0 end",
        "",
      ],
      ["K2", "what is given up is nobody's orphan", 'redis.call("SADD", KEYS[3], ARGV[3])', ""],
    ],
  ),
  ...breaksOf(
    "cluster/lua/renew.lua",
    ["cluster/leases"],
    [
      [
        "K2",
        "who has just come has been here for ever",
        'if held == 0 or held > now then redis.call("HSET", KEYS[1], "since", ms) end',
        'redis.call("HSET", KEYS[1], "since", "1")',
      ],
    ],
  ),
  ...breaksOf(
    "cluster/lease-proof.ts",
    ["cluster/leases"],
    [
      ["K4", "a proof holds for the whole lease", "const marginPart = 0.1;", "const marginPart = 0;"],
      [
        "K4",
        "a late answer shortens the proof",
        "this.#until = Math.max(this.#until, ",
        "this.#until = Math.max(0, ",
      ],
      ["K4", "a gap is not noticed when the answer after it was lost", "since === last?.since && ", ""],
    ],
  ),
  ...breaksOf(
    "cluster/member.ts",
    ["cluster/leases"],
    [
      ["K4", "an event that was claimed meanwhile is kept", "kept[i] === false", "kept[i] === undefined"],
      ["K4", "a lost event's room goes on", "this.#rooms.get(held.roomId)?.lose();", ""],
    ],
  ),
  ...breaksOf(
    "store/redis/lua/may.lua",
    ["cluster/leases", "store/redis-guards", "store/redis-trouble"],
    [
      [
        "K3",
        "a former owner's commit is written",
        "if held[1] ~= owner or held[2] ~= epoch then return 0 end",
        "",
      ],
      ["K3", "an older epoch of the same process is written", " or held[2] ~= epoch then", " then"],
      [
        "D20",
        "a word that comes too late is written",
        ">= tonumber(order) then return -1 end",
        ">= 1e17 then return -1 end",
      ],
      [
        "D22",
        "a server whose Redis has gone to another writes on",
        "> tonumber(hold) then return 0 end",
        "> 1e17 then return 0 end",
      ],
    ],
  ),
  ...breaksOf(
    "store/redis/lua/forget.lua",
    ["cluster/leases"],
    [["K3", "a former owner forgets another's event", "if answer ~= 1 then return answer end", ""]],
  ),
];
