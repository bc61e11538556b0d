-- A process lives. Returns the instant that was there before, or nil when Redis does not remember one.
-- KEYS[1] all processes' last-alive instants (hash, no time to live)
-- ARGV[1] the process   ARGV[2] the instant, epoch ms
local previous = redis.call("HGET", KEYS[1], ARGV[1])
redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
return previous
