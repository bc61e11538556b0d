-- Takes a room out of the listing, unless the row has become another process's.
-- KEYS[1] the listing (hash)   ARGV[1] room id  [2] the matchmaker's process id
local row = redis.call("HGET", KEYS[1], ARGV[1])
if not row or cjson.decode(row).processId ~= ARGV[2] then return 0 end
return redis.call("HDEL", KEYS[1], ARGV[1])
