-- Forgets an event, unless its lease has gone to another.
-- KEYS[1] the set of event ids   KEYS[2] the event   KEYS[3] its seats   KEYS[4] the event's lease (hash: owner, epoch)
-- ARGV[1] event id   ARGV[2] the process that asks   ARGV[3] its epoch, "" without a cluster
if ARGV[3] ~= "" then
  local lease = redis.call("HMGET", KEYS[4], "owner", "epoch")
  if lease[1] ~= ARGV[2] or lease[2] ~= ARGV[3] then return 0 end
end
redis.call("SREM", KEYS[1], ARGV[1])
redis.call("DEL", KEYS[2], KEYS[3])
return 1
