-- A process says that it lives: renews its lease, and notes its last-alive instant.
-- KEYS[1] its lease (hash: since, address, draining; expires)   KEYS[2] all last-alive instants (hash)
-- KEYS[3] every process that may own something (set)   KEYS[4] the secret that processes know each other by
-- KEYS[5] which run of Redis this is, and since when (hash: run, since)
-- ARGV[1] the process  [2] its instant, epoch ms  [3] lease, ms  [4] its address  [5] "1" when it drains  [6] a secret
-- Returns: since when the lease has been held without a gap; the last-alive instant that was there, or nil; the secret
local now = redis.call("TIME")
local ms = string.format("%.0f", now[1] * 1000 + math.floor(now[2] / 1000))
local run = string.match(redis.call("INFO", "server"), "run_id:(%x+)")
if redis.call("HGET", KEYS[5], "run") ~= run then redis.call("HSET", KEYS[5], "run", run, "since", ms) end
local was = redis.call("EXISTS", KEYS[1])
if was == 0 then
  redis.call("HSET", KEYS[1], "since", ms)
end
redis.call("HSET", KEYS[1], "address", ARGV[4], "draining", ARGV[5])
redis.call("PEXPIRE", KEYS[1], ARGV[3])
local previous = redis.call("HGET", KEYS[2], ARGV[1])
redis.call("HSET", KEYS[2], ARGV[1], ARGV[2])
redis.call("SADD", KEYS[3], ARGV[1])
redis.call("SETNX", KEYS[4], ARGV[6])
return { redis.call("HGET", KEYS[1], "since"), previous, redis.call("GET", KEYS[4]) }
