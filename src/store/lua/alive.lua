-- The owner lives. Returns the instant that was there before, or nil when Redis does not remember one.
-- KEYS[1] the owner's last-alive instant (string, no time to live)
-- ARGV[1] the instant, epoch ms
local previous = redis.call("GET", KEYS[1])
redis.call("SET", KEYS[1], ARGV[1])
return previous
