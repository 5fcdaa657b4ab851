-- The beginning of a flush: pending views of some groups become a batch for the database, and part of the bases, so that
-- what is shown stays the same.
-- ARGV: 1 name of the batch, 2 where to go on in the pending views (0: at their beginning), 3 about how many groups.
-- Answer: where to go on, 0 when all have been seen.
local next, found = unpack(redis.call('HSCAN', PENDING, ARGV[2], 'COUNT', ARGV[3]))
for i = 1, #found, 2 do
  local group, views = found[i], found[i + 1]
  if redis.call('HDEL', PENDING, group) == 1 then
    local bases = redis.call('HGET', BASES, group)
    if bases then
      local list = split(bases)
      for j, base in ipairs(list) do list[j] = base + views end
      redis.call('HSET', BASES, group, table.concat(list, ','))
    end
    redis.call('HSET', 'views:batch:' .. ARGV[1], group, views)
  end
end
if #found > 0 then redis.call('SADD', 'views:batches', ARGV[1]) end
return next
