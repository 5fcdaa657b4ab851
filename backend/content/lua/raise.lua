-- After a flush: no total may be below what the database and the pending views have together; some were counted in the
-- database while Redis was away.
-- ARGV: 1 groups as JSON: [[group, [views of each of its contents in the database]], …].
for _, known in ipairs(cjson.decode(ARGV[1])) do
  local group, least = known[1], known[2]
  local packed = redis.call('HGET', TOTALS, group)
  if packed then
    local list, pending, raised = cmsgpack.unpack(packed), redis.call('HGET', PENDING, group) or 0, false
    for j = 1, #list do
      if list[j] < least[j] + pending then
        list[j] = least[j] + pending
        raised = true
      end
    end
    if raised then redis.call('HSET', TOTALS, group, cmsgpack.pack(list)) end
  end
end
