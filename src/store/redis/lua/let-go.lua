-- The process that holds this Redis ends: another may take it at once.
-- KEYS[1] whose this Redis is (hash: owner, epoch, beat, until)   ARGV[1] the process   ARGV[2] its epoch
local held = redis.call("HMGET", KEYS[1], "owner", "epoch")
if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] then return 0 end
redis.call("HSET", KEYS[1], "owner", "")
return 1
