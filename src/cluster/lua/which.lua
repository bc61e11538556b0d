-- Which Redis answers, and since when it counts. Loaded in front of the scripts that ask; takes no keys of its own.
-- A lease is only worth something on the Redis, and by the clock, that it was written on. So when another run of Redis
-- answers (a restart, a replica that was promoted), or the clock has stepped, nothing may be claimed for one lease:
-- whoever lives has renewed theirs by then, and has written again what this Redis does not have.

-- `key`: what is known of Redis itself (hash: run, data, since). `expected`: what the caller takes Redis's clock to say,
-- ms; "" when it does not know. `stepMs`: a difference from that which is no delay of the network any more.
-- Returns now (ms), and which Redis this is, since when it counts included, as one text; and that instant alone.
local function which(key, expected, stepMs)
  local time = redis.call("TIME")
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local info = redis.call("INFO", "server", "replication")
  local run = string.match(info, "run_id:(%x+)")
  local data = string.match(info, "master_replid:(%x+)") -- changes with a promotion, also of a server that runs on
  local known = redis.call("HMGET", key, "run", "data", "since")
  local since = tonumber(known[3] or "0")
  local stepped = expected ~= "" and math.abs(now - tonumber(expected)) > tonumber(stepMs)
  if known[1] ~= run or known[2] ~= data or since > now or stepped then
    since = now
    redis.call("HSET", key, "run", run, "data", data, "since", string.format("%.0f", now))
  end
  return now, run .. ":" .. data .. ":" .. string.format("%.0f", since), since
end

-- Redis ends a lease at an instant of its clock: when that has gone back, a lease has more left than it ever had.
local function clamp(processKey, leaseMs)
  local own = tonumber(redis.call("HGET", processKey, "lease") or leaseMs)
  if redis.call("PTTL", processKey) > own then redis.call("PEXPIRE", processKey, own) end
end

