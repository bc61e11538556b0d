-- Without a cluster one process writes all events of a Redis: takes it for the caller when it is nobody's.
-- KEYS[1] whose this Redis is (hash: owner, epoch, beat, until)   KEYS[2] every process of a cluster (set)
-- ARGV[1] the caller, "cluster" for a process of a cluster   ARGV[2] lease, ms
-- ARGV[3] a beat that the caller has seen unchanged for a whole lease by its own clock, or "" (Redis's may be set back)
-- ARGV[4] prefix of process leases
-- Returns { "mine", epoch } or { "held", beat }.
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call("HMGET", KEYS[1], "owner", "epoch", "beat", "until")
local owner, epoch = held[1] or "", tonumber(held[2] or "0")
if owner == "cluster" and ARGV[1] == "cluster" then return { "mine", held[2] } end
if owner == "cluster" then
  for _, id in ipairs(redis.call("SMEMBERS", KEYS[2])) do
    if redis.call("EXISTS", ARGV[4] .. id) == 1 then return { "held", string.format("%.0f", now) } end
  end
elseif owner ~= "" and owner ~= ARGV[1] then
  local isSilent = ARGV[3] ~= "" and ARGV[3] == held[3]
  if tonumber(held[4] or "0") > now and not isSilent then return { "held", held[3] or "" } end
end
local mine = string.format("%.0f", math.max(epoch + 1, now))
redis.call("HSET", KEYS[1], "owner", ARGV[1], "epoch", mine, "beat", mine,
  "until", string.format("%.0f", now + ARGV[2]))
return { "mine", mine }
