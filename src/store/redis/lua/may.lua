-- May this process still write, and is this its newest write? Loaded in front of the scripts that change an event.
-- A process's writes are numbered; one that was sent before another that has been carried out came too late: it was
-- held up on a connection that its process has given up, and what it would write has been written again since.
-- `lease`: the event's lease (hash: owner, epoch)   `server`: whose this Redis is without a cluster (hash: epoch)
-- `orders`: the number of each process's last write (hash)
-- Returns 1 when it may; 0 when the event, or the whole Redis, has gone to another process; -1 when it came too late.
local function may(lease, server, orders, owner, epoch, hold, order)
  if epoch ~= "" then
    local held = redis.call("HMGET", lease, "owner", "epoch")
    if held[1] ~= owner or held[2] ~= epoch then return 0 end
  end
  if hold ~= "" and tonumber(redis.call("HGET", server, "epoch") or "0") > tonumber(hold) then return 0 end
  if order ~= "" then
    if tonumber(redis.call("HGET", orders, owner) or "0") >= tonumber(order) then return -1 end
    redis.call("HSET", orders, owner, order)
  end
  return 1
end

