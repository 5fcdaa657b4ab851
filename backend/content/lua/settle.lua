-- After rendering: give the contents their bases, count, and keep the JSON.
-- ARGV: 1 views to add, 2 pages as JSON: [[page id, group, [views of each of its contents in the database]], …];
--       and for JSON that is to be kept: 3 whose generation, 4 the generation read before the query (or one that was
--       drawn because there was none), 5 whether it was drawn ('1'), 6 variant, 7 etag, 8 body, 9 milliseconds.
-- Answer: {pending views, bases}.

-- What was shown of the contents that this page showed before, by id.
local function shown_earlier(page, group)
  local earlier, shown = redis.call('HGET', GROUPS, page), {}
  if not earlier or earlier == group then return shown end
  local bases, pending = redis.call('HGET', BASES, earlier), redis.call('HGET', PENDING, earlier) or 0
  if bases then
    local ids = split(earlier)
    for j, base in ipairs(split(bases)) do shown[ids[j]] = base + pending end
    redis.call('HDEL', BASES, earlier)
  end
  return shown
end

local groups = {}
for i, page in ipairs(cjson.decode(ARGV[2])) do
  local group, in_database = page[2], page[3]
  local bases, earlier = split(redis.call('HGET', BASES, group) or ''), shown_earlier(page[1], group)
  local pending = redis.call('HGET', PENDING, group) or 0
  -- Nothing that is shown may become less, and every view in the database is shown; Redis may have been away or empty.
  for j, id in ipairs(split(group)) do
    bases[j] = math.max(bases[j] or 0, (earlier[id] or 0) - pending, in_database[j])
  end
  groups[i] = group
  redis.call('HSET', BASES, group, table.concat(bases, ','))
  redis.call('HSET', GROUPS, page[1], group)
end
local pending, bases = count_views(groups, tonumber(ARGV[1]))

if ARGV[3] then
  local generation = redis.call('HGET', GENERATIONS, ARGV[3])
  local drawn = ARGV[5] == '1'
  redis.call('DEL', 'page:lock:' .. ARGV[3] .. ':' .. (drawn and '' or ARGV[4]) .. ':' .. ARGV[6])
  if drawn and not generation then
    generation = ARGV[4]
    redis.call('HSET', GENERATIONS, ARGV[3], generation)
  end
  -- Whoever changed the page meanwhile has replaced its generation; what was rendered before that is not kept.
  if generation == ARGV[4] then
    local key = 'page:json:' .. ARGV[3] .. ':' .. generation .. ':' .. ARGV[6]
    redis.call('HSET', key, 'groups', cmsgpack.pack(groups), 'etag', ARGV[7], 'body', ARGV[8])
    redis.call('PEXPIRE', key, ARGV[9])
  end
end
return {pending, bases}
