-- The room's row in the listing, written by the owner of its event only.
-- KEYS[1] the listing (hash)   KEYS[2] the event's lease   ARGV[1] room id  [2] row, JSON  [3] the caller
if redis.call("HGET", KEYS[2], "owner") ~= ARGV[3] then return 0 end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
return 1
