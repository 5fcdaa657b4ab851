-- After a flush: every view in the database is shown; some were counted there while Redis was away.
-- ARGV: 1 groups as JSON: [[group, [views of each of its contents in the database]], …].
for _, known in ipairs(cjson.decode(ARGV[1])) do
  local group, in_database = known[1], known[2]
  local bases = redis.call('HGET', BASES, group)
  if bases then
    local raised, list = false, split(bases)
    for j, base in ipairs(list) do
      if tonumber(base) < in_database[j] then list[j], raised = in_database[j], true end
    end
    if raised then redis.call('HSET', BASES, group, table.concat(list, ',')) end
  end
end
