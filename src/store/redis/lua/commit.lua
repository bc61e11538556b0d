-- One event's part of a commit, whole or not at all (Redis runs a script alone). Returns what may.lua does. (Begins with it.)
-- KEYS[1] the set of event ids   KEYS[2] the event (hash: facts, typed, owner, entry:<key>)   KEYS[3] its seats (hash: device id -> JSON)
-- KEYS[4] the event's lease   KEYS[5] whose this Redis is   KEYS[6] the number of each process's last write
-- ARGV[1] event id   ARGV[2] the process that writes   ARGV[3] its epoch of the event's lease, "" without a cluster
-- ARGV[4] its epoch of the whole Redis, "" in a cluster   ARGV[5] the number of this write
-- ARGV[6] time to live, ms   ARGV[7] "1" when what follows is everything   ARGV[8], ARGV[9] the fields `facts` and `typed`;
-- `facts` is "" to keep both, `typed` is "" for an event that has no type
-- then four lists: the ids of removals, the keys of entries to drop (each with its length before it), entries to put (their
-- number, then key, value, and so on), and to the end: device id, seat as JSON, and so on
local answer = may(KEYS[4], KEYS[5], KEYS[6], ARGV[2], ARGV[3], ARGV[4], ARGV[5])
if answer ~= 1 then return answer end
redis.call("SADD", KEYS[1], ARGV[1])
if ARGV[7] == "1" then
  redis.call("DEL", KEYS[3])
  for _, field in ipairs(redis.call("HKEYS", KEYS[2])) do
    if string.sub(field, 1, 6) == "entry:" then redis.call("HDEL", KEYS[2], field) end
  end
end
if ARGV[8] ~= "" then redis.call("HSET", KEYS[2], "facts", ARGV[8]) end
if ARGV[9] ~= "" then redis.call("HSET", KEYS[2], "typed", ARGV[9]) end
redis.call("HSET", KEYS[2], "owner", ARGV[2])
local at = 10 -- where the next list begins, with its length
local removed = at + tonumber(ARGV[at])
for i = at + 1, removed do redis.call("HDEL", KEYS[3], ARGV[i]) end
at = removed + 1
local dropped = at + tonumber(ARGV[at])
for i = at + 1, dropped do redis.call("HDEL", KEYS[2], "entry:" .. ARGV[i]) end
at = dropped + 1
local put = at + 2 * tonumber(ARGV[at])
for i = at + 1, put, 2 do redis.call("HSET", KEYS[2], "entry:" .. ARGV[i], ARGV[i + 1]) end
for i = put + 1, #ARGV, 2 do redis.call("HSET", KEYS[3], ARGV[i], ARGV[i + 1]) end
redis.call("PEXPIRE", KEYS[2], ARGV[6])
redis.call("PEXPIRE", KEYS[3], ARGV[6])
return 1
