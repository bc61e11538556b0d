-- Redis has forgotten everything: processes that were there before and have not come back may still have events in
-- memory that nobody else knows of. Those that live already are none of them.
-- KEYS[1] missing processes (hash: process -> until when they are waited for, ms, and their address)
-- ARGV[1] how long, ms  [2] prefix of process leases; the rest: process, address, and so on
local time = redis.call("TIME")
local till = string.format("%.0f", time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1])
for i = 3, #ARGV, 2 do
  if redis.call("EXISTS", ARGV[2] .. ARGV[i]) == 0 then
    redis.call("HSETNX", KEYS[1], ARGV[i], till .. " " .. ARGV[i + 1])
  end
end
return 1
