-- A sign of life: renews its lease, and notes its last-alive instant. (Begins with which.lua.)
-- KEYS[1] its lease (hash: since, address, draining, types, lease; expires)   KEYS[2] all last-alive instants (hash)
-- KEYS[3] every process that may own something (set)   KEYS[4] the secret that processes know each other by
-- KEYS[5] which Redis this is, and since when it counts (hash: run, data, since)
-- KEYS[6] processes that are waited for (hash; see missing.lua): not for one whose place another has taken
-- ARGV[1] the process  [2] its instant, epoch ms  [3] lease, ms  [4] its address  [5] "1" when it drains  [6] a secret
-- ARGV[7] what it takes Redis's clock to say, ms, or ""  [8] what counts as a step of that clock, ms
-- ARGV[9] prefix of process leases  [10] the types of events that it defines, each between two line feeds
-- Returns: since when the lease has been held without a gap; the last-alive instant that was there, or nil; the secret;
-- which Redis answers and since when it counts, as one text; Redis's clock, ms; the others that live and do not drain:
-- process, address, and so on
local now, name = which(KEYS[5], ARGV[7], ARGV[8])
local ms = string.format("%.0f", now)
local held = tonumber(redis.call("HGET", KEYS[1], "since") or "0")
if held == 0 or held > now then redis.call("HSET", KEYS[1], "since", ms) end
redis.call("HSET", KEYS[1], "address", ARGV[4], "draining", ARGV[5], "types", ARGV[10], "lease", ARGV[3])
redis.call("PEXPIRE", KEYS[1], ARGV[3])
local previous = redis.call("HGET", KEYS[2], ARGV[1])
redis.call("HSET", KEYS[2], ARGV[1], ARGV[2])
redis.call("SADD", KEYS[3], ARGV[1])
redis.call("SETNX", KEYS[4], ARGV[6])
local others = {}
for _, id in ipairs(redis.call("SMEMBERS", KEYS[3])) do
  clamp(ARGV[9] .. id, ARGV[3])
  local other = redis.call("HMGET", ARGV[9] .. id, "address", "draining")
  if id ~= ARGV[1] and other[1] and other[1] ~= "" and other[2] ~= "1" then
    others[#others + 1] = id
    others[#others + 1] = other[1]
  end
end
local missing = redis.call("HGETALL", KEYS[6])
for i = 1, #missing, 2 do
  local isAddress = string.match(missing[i + 1], " (.*)$") == ARGV[4]
  if isAddress and missing[i] ~= ARGV[1] then redis.call("HDEL", KEYS[6], missing[i]) end
end
return { redis.call("HGET", KEYS[1], "since"), previous, redis.call("GET", KEYS[4]), name, ms, others }
