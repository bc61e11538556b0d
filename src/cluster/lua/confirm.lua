-- Is the event still the caller's? Writes its lease again when Redis has forgotten it, or remembers an older one.
-- KEYS[1] the event's lease   KEYS[2] what the caller owns (set)   KEYS[3] released events (set)
-- ARGV[1] the caller  [2] its epoch  [3] event id  [4] room id  [5] the event's type
-- Returns 1, or 0 when it has been claimed at a later epoch.
local lease = redis.call("HMGET", KEYS[1], "owner", "epoch")
local epoch = tonumber(lease[2] or "0")
if epoch > tonumber(ARGV[2]) then return 0 end
if epoch == tonumber(ARGV[2]) and lease[1] ~= ARGV[1] then return 0 end
redis.call("HSET", KEYS[1], "owner", ARGV[1], "epoch", ARGV[2], "event", ARGV[3], "type", ARGV[5])
redis.call("SADD", KEYS[2], ARGV[4])
redis.call("SREM", KEYS[3], ARGV[4])
return 1
