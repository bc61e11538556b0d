-- Takes an event whose keys have expired out of the set of events.
-- KEYS[1] the set of event ids   KEYS[2] the event   ARGV[1] event id
if redis.call("EXISTS", KEYS[2]) == 1 then return 0 end
return redis.call("SREM", KEYS[1], ARGV[1])
