-- A SQLite store as the server of version 0.1.0 left it when it was killed: an event with own fields, one seat connected
-- and one away, somebody kicked; and an event that was closed. Dumped from the file that it wrote; the secrets of those
-- who joined are "the secret of ann" and so on.
PRAGMA user_version = 2;
PRAGMA application_id = 1215261796;
BEGIN TRANSACTION;
CREATE TABLE event (event_id TEXT PRIMARY KEY, is_closed INTEGER NOT NULL, kicked TEXT NOT NULL,
     schema TEXT NOT NULL, own TEXT, owner TEXT NOT NULL, epoch INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
INSERT INTO "event" VALUES('over',1,'[]','WBKgr984ZHiUMhUjN1r0sAmr7t04wvwtwd22lJkHzQI','{"fields":{"question":"","totals":{}},"snapshot":{"secret":42}}','7b8ad066-1965-4bd4-8e1c-f1bdb44abb9d',1796033612449);
INSERT INTO "event" VALUES('party',0,'["eve"]','WBKgr984ZHiUMhUjN1r0sAmr7t04wvwtwd22lJkHzQI','{"fields":{"question":"after crab","totals":{"crab":2,"kelp":1}},"snapshot":{"secret":42}}','7b8ad066-1965-4bd4-8e1c-f1bdb44abb9d',1796033612386);
CREATE TABLE owner (id TEXT PRIMARY KEY, last_alive_at INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO "owner" VALUES('7b8ad066-1965-4bd4-8e1c-f1bdb44abb9d',1796033614348);
CREATE TABLE seat (event_id TEXT NOT NULL, device_id TEXT NOT NULL, record TEXT NOT NULL, own TEXT,
     PRIMARY KEY (event_id, device_id)) WITHOUT ROWID;
INSERT INTO "seat" VALUES('party','ann','{"version":2,"deviceId":"ann","userId":"user-ann","displayName":"ann 🎉","proof":"vL9TXGiFyqypJe1mTn1SlGpMAvJ8GIBAWfD-DtSGMJPjxOd8zdG6HDETGeiaDQkG","session":{"id":"1N4i3xhPD","tokenHash":"JXHqSbAr5LNyJ7__ljN_3Ve3MIzy7cg0Q4cP_S7BnZI"},"joinedAt":1796033612397,"lastHeartbeatAt":0,"outbox":null,"away":null}','{"score":2,"answers":["crab","kelp"]}');
INSERT INTO "seat" VALUES('party','bob','{"version":2,"deviceId":"bob","userId":"user-bob","displayName":"bob 🎉","proof":"EXFwz8cXNG9JkOYbbtL135agE-HWniCydfJ-AhgcE3gFVGl0Uh8sV_Sdq1OmpMBs","session":{"id":"jj5BLjHED","tokenHash":"ViMd9LnRLoIMOb_wP6Yg2YvIUFin1-vBzTOTT2zRRpM"},"joinedAt":1796033612411,"lastHeartbeatAt":0,"outbox":null,"away":{"disconnectedAt":1796033613165,"graceExpiresAt":1796033643165,"reason":"connection_lost","extendedByMs":0}}','{"score":1,"answers":["crab"]}');
COMMIT;
