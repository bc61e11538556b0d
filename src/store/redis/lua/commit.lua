-- One event's part of a commit, whole or not at all (Redis runs a script alone). Returns what may.lua does. (Begins with it.)
-- KEYS[1] the set of event ids   KEYS[2] the event (hash: facts, owner)   KEYS[3] its seats (hash: device id -> JSON)
-- KEYS[4] the event's lease   KEYS[5] whose this Redis is   KEYS[6] the number of each process's last write
-- ARGV[1] event id   ARGV[2] the process that writes   ARGV[3] its epoch of the event's lease, "" without a cluster
-- ARGV[4] its epoch of the whole Redis, "" in a cluster   ARGV[5] the number of this write
-- ARGV[6] time to live, ms   ARGV[7] "1" when what follows is everything   ARGV[8] facts as JSON, "" to keep them
-- ARGV[9] number of removals, then the ids; the rest: device id, seat as JSON, and so on
local answer = may(KEYS[4], KEYS[5], KEYS[6], ARGV[2], ARGV[3], ARGV[4], ARGV[5])
if answer ~= 1 then return answer end
redis.call("SADD", KEYS[1], ARGV[1])
if ARGV[7] == "1" then redis.call("DEL", KEYS[3]) end
if ARGV[8] ~= "" then redis.call("HSET", KEYS[2], "facts", ARGV[8]) end
redis.call("HSET", KEYS[2], "owner", ARGV[2])
local removals = tonumber(ARGV[9])
for i = 10, 9 + removals do redis.call("HDEL", KEYS[3], ARGV[i]) end
for i = 10 + removals, #ARGV, 2 do redis.call("HSET", KEYS[3], ARGV[i], ARGV[i + 1]) end
redis.call("PEXPIRE", KEYS[2], ARGV[6])
redis.call("PEXPIRE", KEYS[3], ARGV[6])
return 1
