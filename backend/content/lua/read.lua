-- A read of cached JSON, in one call: throttle, look up, count.
-- KEYS: 1 generations, 2 totals, 3 pending, 4 the client's throttle.
-- ARGV: 1 whose generation, 2 variant of the JSON, 3 views to add, 4 requests allowed a minute (0: any number),
--       5 milliseconds for which a miss gives the caller the right to build (0: it does not ask for it).
-- Answer: {'limited', seconds to wait}, {'hit', etag, totals, body}, or {'miss' | 'build' | 'wait', generation}.

local allowed = tonumber(ARGV[4])
if allowed > 0 then
  local seen = redis.call('INCR', KEYS[4])
  if seen == 1 then redis.call('EXPIRE', KEYS[4], 60) end
  if seen > allowed then return {'limited', math.max(1, redis.call('TTL', KEYS[4]))} end
end

local generation = redis.call('HGET', KEYS[1], ARGV[1])
local name = ARGV[1] .. ':' .. (generation or '') .. ':' .. ARGV[2]
if generation then
  local entry = redis.call('HMGET', 'page:json:' .. name, 'ids', 'etag', 'body')
  if entry[1] then
    local ids = cmsgpack.unpack(entry[1])
    local totals = #ids > 0 and read_counts(KEYS[2], ids) or {}
    local known = true
    for i = 1, #ids do known = known and totals[i] end
    if known then return {'hit', entry[2], count_views(ids, totals, tonumber(ARGV[3])), entry[3]} end
  end
end

if ARGV[5] == '0' then return {'miss', generation or ''} end
local lock = 'page:lock:' .. name
if redis.call('SET', lock, 'building', 'NX', 'PX', ARGV[5]) then return {'build', generation or ''} end
return {redis.call('GET', lock) == 'building' and 'wait' or 'build', generation or ''}
