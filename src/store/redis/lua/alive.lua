-- A process lives, and asks whether Redis still has all that it was given.
-- KEYS[1] all processes' last-alive instants (hash)   KEYS[2] for each process the marker that proves it (hash)
-- KEYS[3] whose this Redis is without a cluster (hash: owner, epoch, beat, until)
-- ARGV[1] the process   ARGV[2] the instant, epoch ms   ARGV[3] the last instant that it knows Redis to have, or -1
-- ARGV[4] its marker: written when Redis has, or is about to be given, everything; whatever loses data loses it, too
-- ARGV[5] "1" to write the marker   ARGV[6] its epoch of the whole Redis, "" in a cluster   ARGV[7] lease, ms
-- Returns "kept", "lost" (until a marker is written again, also when the answer does not arrive) or "taken".
local info = redis.call("INFO", "server", "replication")
local marker = ARGV[4] .. ":" .. string.match(info, "run_id:(%x+)") .. ":" .. string.match(info, "master_replid:(%x+)")
if ARGV[6] ~= "" then
  local held = redis.call("HMGET", KEYS[3], "owner", "epoch")
  local epoch = tonumber(held[2] or "0")
  if epoch > tonumber(ARGV[6]) or (epoch == tonumber(ARGV[6]) and held[1] ~= ARGV[1]) then return "taken" end
  local time = redis.call("TIME")
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call("HSET", KEYS[3], "owner", ARGV[1], "epoch", ARGV[6], "beat", ARGV[2],
    "until", string.format("%.0f", now + ARGV[7]))
end
local previous = tonumber(redis.call("HGET", KEYS[1], ARGV[1]) or "-1")
local isKept = previous >= tonumber(ARGV[3]) and redis.call("HGET", KEYS[2], ARGV[1]) == marker
redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
if ARGV[5] == "1" then
  redis.call("HSET", KEYS[2], ARGV[1], marker)
  return "kept"
end
if isKept then return "kept" end
redis.call("HDEL", KEYS[2], ARGV[1])
return "lost"
