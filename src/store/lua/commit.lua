-- One event's part of a commit, whole or not at all (Redis runs a script alone). Returns 1, or 0 for a writer whose
-- lease on the event has gone to another.
-- KEYS[1] the set of event ids   KEYS[2] the event (hash: facts, owner)   KEYS[3] its seats (hash: device id -> JSON)
-- KEYS[4] the event's lease (hash: owner, epoch)
-- ARGV[1] event id   ARGV[2] time to live, ms   ARGV[3] "1" when what follows is everything
-- ARGV[4] facts as JSON, "" to keep them   ARGV[5] the process that writes   ARGV[6] its epoch, "" without a cluster
-- ARGV[7] number of removals, then the ids; the rest: device id, seat as JSON, and so on
if ARGV[6] ~= "" then
  local lease = redis.call("HMGET", KEYS[4], "owner", "epoch")
  if lease[1] ~= ARGV[5] or lease[2] ~= ARGV[6] then return 0 end
end
redis.call("SADD", KEYS[1], ARGV[1])
if ARGV[3] == "1" then redis.call("DEL", KEYS[3]) end
if ARGV[4] ~= "" then redis.call("HSET", KEYS[2], "facts", ARGV[4]) end
redis.call("HSET", KEYS[2], "owner", ARGV[5])
local removals = tonumber(ARGV[7])
for i = 8, 7 + removals do redis.call("HDEL", KEYS[3], ARGV[i]) end
for i = 8 + removals, #ARGV, 2 do redis.call("HSET", KEYS[3], ARGV[i], ARGV[i + 1]) end
redis.call("PEXPIRE", KEYS[2], ARGV[2])
redis.call("PEXPIRE", KEYS[3], ARGV[2])
return 1
