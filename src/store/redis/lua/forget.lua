-- Forgets an event. Returns what may.lua does. (Begins with it.) Keys and the first five arguments as in commit.lua.
local answer = may(KEYS[4], KEYS[5], KEYS[6], ARGV[2], ARGV[3], ARGV[4], ARGV[5])
if answer ~= 1 then return answer end
redis.call("SREM", KEYS[1], ARGV[1])
redis.call("DEL", KEYS[2], KEYS[3])
return 1
