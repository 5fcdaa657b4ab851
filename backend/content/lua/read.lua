-- A read of cached JSON, in one call: throttle, look up, count.
-- ARGV: 1 whose generation, 2 variant of the JSON, 3 etag of the JSON that the caller has, 4 views to add;
--       and when they are not 0: 5 requests allowed a minute, 6 who is the client,
--       7 milliseconds for which a miss gives the caller the right to build.
-- Answer: {'limited', seconds to wait}, {'hit', etag, pending views, bases, body, or '' if the caller has it},
--         or {'miss' | 'build' | 'wait', generation}.

local allowed = tonumber(ARGV[5] or 0)
if allowed > 0 then
  local throttle = 'page:throttle:' .. ARGV[6]
  local seen = redis.call('INCR', throttle)
  if seen == 1 then redis.call('EXPIRE', throttle, 60) end
  if seen > allowed then return {'limited', math.max(1, redis.call('TTL', throttle))} end
end

local generation = redis.call('HGET', GENERATIONS, ARGV[1])
local name = ARGV[1] .. ':' .. (generation or '') .. ':' .. ARGV[2]
if generation then
  local key = 'page:json:' .. name
  local entry = redis.call('HMGET', key, 'groups', 'etag')
  if entry[1] then
    local pending, bases = count_views(cmsgpack.unpack(entry[1]), tonumber(ARGV[4]))
    if pending then
      return {'hit', entry[2], pending, bases, entry[2] == ARGV[3] and '' or redis.call('HGET', key, 'body')}
    end
  end
end

local building = tonumber(ARGV[7] or 0)
if building == 0 then return {'miss', generation or ''} end
local lock = 'page:lock:' .. name
if redis.call('SET', lock, 'building', 'NX', 'PX', building) then return {'build', generation or ''} end
return {redis.call('GET', lock) == 'building' and 'wait' or 'build', generation or ''}
