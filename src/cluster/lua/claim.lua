-- Whose event is it? Makes it the caller's when it is nobody's (it is new, it was released, or its owner's lease ran out),
-- and of a type that the caller defines.
-- (Begins with which.lua.)
-- KEYS[1] the event's lease (hash: owner, epoch, event, type)   KEYS[2] the caller's process lease   KEYS[3] what it owns (set)
-- KEYS[4] released events that nobody has taken yet (set)   KEYS[5] the event's stored facts
-- KEYS[6] which Redis this is, since when it counts; the highest epoch of events that are over (hash: run, data, since, over)
-- KEYS[7] processes that are waited for, since Redis forgot everything (hash; see missing.lua)
-- KEYS[8] every process that may own something (set)
-- ARGV[1] the caller  [2] room id  [3] event id, "" when only the room id is known  [4] lease, ms
-- ARGV[5] prefix of process leases  [6] prefix of the sets of what a process owns
-- ARGV[7] what the caller takes Redis's clock to say, ms, or ""  [8] what counts as a step of that clock, ms
-- ARGV[9] the longest that a missing process is waited for, ms
-- ARGV[10] the types that the caller defines, each between two line feeds  [11] the type of an event that is new
-- Returns { "mine", epoch, event id, "1" when the event existed before, type } | { "theirs", address }
--       | { "unserved", address of a process that defines its type or "", type }
--       | { "wait", ms } | { "unknown" } | { "unproven" }
local now, _, counts = which(KEYS[6], ARGV[7], ARGV[8])
local since = redis.call("HGET", KEYS[2], "since")
if not since then return { "unproven" } end
local lease = redis.call("HMGET", KEYS[1], "owner", "epoch", "event", "type")
local owner, epoch, event = lease[1], tonumber(lease[2] or "0"), lease[3] or ARGV[3]
-- Whoever has just come, or come back, may know less than the others do: it takes nothing from them yet.
local settledIn = math.min(since + ARGV[4] - now, tonumber(ARGV[4])) -- a lease of before a step back is no older
-- What nobody knows any more may be a missing process's.
local isStored = redis.call("EXISTS", KEYS[5]) == 1
if not owner and not isStored then
  local missing = redis.call("HVALS", KEYS[7])
  for i = 1, #missing do
    local missedMs = tonumber(string.match(missing[i], "^%d+")) - now
    if missedMs > 0 and missedMs <= tonumber(ARGV[9]) then return { "wait", missedMs } end
  end
end
if event == "" then
  if settledIn > 0 then return { "wait", math.ceil(settledIn) } end
  return { "unknown" }
end
if owner and owner ~= "" and owner ~= ARGV[1] then
  clamp(ARGV[5] .. owner, ARGV[4])
  local address = redis.call("HGET", ARGV[5] .. owner, "address")
  if address then return { "theirs", address } end
  if settledIn > 0 then return { "wait", math.ceil(settledIn) } end
end
-- What is stored says its type; what is not, its lease. Of 0.1.0's neither does: they are of the default type, "".
local typed = redis.call("HGET", KEYS[5], "typed")
local type = ""
if typed then type = cjson.decode(typed).type
elseif not isStored then type = owner and (lease[4] or "") or ARGV[11] end
local function isServedBy(types) return string.find(types or "\n\n", "\n" .. type .. "\n", 1, true) ~= nil end
if not isServedBy(ARGV[10]) then
  local able = {}
  for _, id in ipairs(redis.call("SMEMBERS", KEYS[8])) do
    local other = redis.call("HMGET", ARGV[5] .. id, "address", "draining", "types")
    if id ~= ARGV[1] and other[1] and other[1] ~= "" and other[2] ~= "1" and isServedBy(other[3]) then
      able[#able + 1] = other[1]
    end
  end
  return { "unserved", able[now % math.max(#able, 1) + 1] or "", type }
end
-- Redis itself may have just come back with less than it knew: owners get a lease's time to write theirs again first.
local owners = counts + ARGV[4] - now
if owners > 0 then return { "wait", math.ceil(owners) } end
-- An event of the caller's own that it does not know of was claimed by a question whose answer was lost.
local existed = (owner and owner ~= ARGV[1]) or isStored
if owner and owner ~= "" then redis.call("SREM", ARGV[6] .. owner, ARGV[2]) end
local over = tonumber(redis.call("HGET", KEYS[6], "over") or "0")
epoch = string.format("%.0f", math.max(epoch + 1, over + 1, now))
redis.call("HSET", KEYS[1], "owner", ARGV[1], "epoch", epoch, "event", event, "type", type)
redis.call("SADD", KEYS[3], ARGV[2])
redis.call("SREM", KEYS[4], ARGV[2])
return { "mine", epoch, event, existed and "1" or "0", type }
