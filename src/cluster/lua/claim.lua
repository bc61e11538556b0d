-- Whose event is it? Makes it the caller's when it is nobody's: it is new, it was released, or its owner's lease ran out.
-- KEYS[1] the event's lease (hash: owner, epoch, event)   KEYS[2] the caller's process lease   KEYS[3] what it owns (set)
-- KEYS[4] released events that nobody has taken yet (set)   KEYS[5] the event's stored facts
-- KEYS[6] which run of Redis this is, and since when; the highest epoch of events that are over (hash: run, since, over)
-- ARGV[1] the caller  [2] room id  [3] event id, "" when only the room id is known  [4] lease, ms
-- ARGV[5] prefix of process leases  [6] prefix of the sets of what a process owns
-- Returns { "mine", epoch, event id, "1" when the event existed before } | { "theirs", address }
--       | { "wait", ms } | { "unknown" } | { "unproven" }
local since = redis.call("HGET", KEYS[2], "since")
if not since then return { "unproven" } end
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = redis.call("HMGET", KEYS[1], "owner", "epoch", "event")
local owner, epoch, event = lease[1], tonumber(lease[2] or "0"), lease[3] or ARGV[3]
-- Whoever has just come, or come back, may know less than the others do: it takes nothing from them yet.
local settledIn = since + ARGV[4] - now
if event == "" then
  if settledIn > 0 then return { "wait", math.ceil(settledIn) } end
  return { "unknown" }
end
if owner and owner ~= "" and owner ~= ARGV[1] then
  local address = redis.call("HGET", ARGV[5] .. owner, "address")
  if address then return { "theirs", address } end
  if settledIn > 0 then return { "wait", math.ceil(settledIn) } end
end
-- Redis itself may have just come back with less than it knew: owners get a lease's time to write theirs again first.
local run = string.match(redis.call("INFO", "server"), "run_id:(%x+)")
local known = redis.call("HMGET", KEYS[6], "run", "since", "over")
if known[1] ~= run then
  redis.call("HSET", KEYS[6], "run", run, "since", string.format("%.0f", now))
  known[2] = now
end
local owners = tonumber(known[2]) + ARGV[4] - now
if owners > 0 then return { "wait", math.ceil(owners) } end
local existed = owner or redis.call("EXISTS", KEYS[5]) == 1
if owner and owner ~= "" then redis.call("SREM", ARGV[6] .. owner, ARGV[2]) end
epoch = string.format("%.0f", math.max(epoch + 1, tonumber(known[3] or "0") + 1, now))
redis.call("HSET", KEYS[1], "owner", ARGV[1], "epoch", epoch, "event", event)
redis.call("SADD", KEYS[3], ARGV[2])
redis.call("SREM", KEYS[4], ARGV[2])
return { "mine", epoch, event, existed and "1" or "0" }
