-- The caller gives an event up: for another to take at once, or, when it is over, for good.
-- KEYS[1] the event's lease   KEYS[2] what the caller owns (set)   KEYS[3] released events (set)
-- KEYS[4] what is known of Redis itself, and the highest epoch of events that are over (hash: over)
-- ARGV[1] the caller  [2] its epoch  [3] room id  [4] "1" when the event is over
redis.call("SREM", KEYS[2], ARGV[3])
local lease = redis.call("HMGET", KEYS[1], "owner", "epoch")
if lease[1] ~= ARGV[1] or lease[2] ~= ARGV[2] then return 0 end
if ARGV[4] == "1" then
  redis.call("DEL", KEYS[1])
  -- It may begin again within this millisecond, at an epoch that is higher all the same.
  local over = tonumber(redis.call("HGET", KEYS[4], "over") or "0")
  redis.call("HSET", KEYS[4], "over", string.format("%.0f", math.max(over, tonumber(ARGV[2]))))
else
  redis.call("HSET", KEYS[1], "owner", "")
  redis.call("SADD", KEYS[3], ARGV[3])
end
return 1
