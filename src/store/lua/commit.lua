-- One event's part of a commit, whole or not at all (Redis runs a script alone).
-- KEYS[1] the set of event ids   KEYS[2] the event (hash: facts, owner)   KEYS[3] its seats (hash: device id -> JSON)
-- ARGV[1] event id   ARGV[2] time to live, ms   ARGV[3] "1" when what follows is everything
-- ARGV[4] facts as JSON, "" to keep them   ARGV[5] the process that writes   ARGV[6] number of removals, then the ids
-- the rest: device id, seat as JSON, and so on
redis.call("SADD", KEYS[1], ARGV[1])
if ARGV[3] == "1" then redis.call("DEL", KEYS[3]) end
if ARGV[4] ~= "" then redis.call("HSET", KEYS[2], "facts", ARGV[4]) end
redis.call("HSET", KEYS[2], "owner", ARGV[5])
local removals = tonumber(ARGV[6])
for i = 7, 6 + removals do redis.call("HDEL", KEYS[3], ARGV[i]) end
for i = 7 + removals, #ARGV, 2 do redis.call("HSET", KEYS[3], ARGV[i], ARGV[i + 1]) end
redis.call("PEXPIRE", KEYS[2], ARGV[2])
redis.call("PEXPIRE", KEYS[3], ARGV[2])
return 1
