-- The owner lives. Returns 0 when Redis does not remember it any more (flushed, or restarted empty), else 1.
-- KEYS[1] the owner's last-alive instant (string, no time to live)
-- ARGV[1] the instant, epoch ms
local known = redis.call("EXISTS", KEYS[1])
redis.call("SET", KEYS[1], ARGV[1])
return known
