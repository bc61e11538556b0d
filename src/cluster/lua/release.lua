-- The caller gives an event up: for another to take at once, or, when it is over, for good.
-- KEYS[1] the event's lease   KEYS[2] what the caller owns (set)   KEYS[3] released events (set)
-- ARGV[1] the caller  [2] its epoch  [3] room id  [4] "1" when the event is over
redis.call("SREM", KEYS[2], ARGV[3])
local lease = redis.call("HMGET", KEYS[1], "owner", "epoch")
if lease[1] ~= ARGV[1] or lease[2] ~= ARGV[2] then return 0 end
if ARGV[4] == "1" then
  redis.call("DEL", KEYS[1])
else
  redis.call("HSET", KEYS[1], "owner", "")
  redis.call("SADD", KEYS[3], ARGV[3])
end
return 1
