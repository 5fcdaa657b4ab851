-- After rendering: give the contents their totals, count, and keep the JSON.
-- ARGV: 1 views to add, 2 pages as JSON: [[page id, group, [views of each of its contents in the database]], …];
--       and for JSON that is to be kept: 3 whose generation, 4 the generation read before the query (or one that was
--       drawn because there was none), 5 whether it was drawn ('1'), 6 variant, 7 etag, 8 body, 9 milliseconds.
-- Answer: the totals with commas between.

-- The totals of the contents that this page showed before, by id.
local function earlier_totals(page, group)
  local earlier = redis.call('HGET', GROUPS, page)
  if not earlier or earlier == group then return {} end
  local packed, totals, i = redis.call('HGET', TOTALS, earlier), {}, 0
  local list = packed and cmsgpack.unpack(packed) or {}
  for id in string.gmatch(earlier, '%d+') do
    i = i + 1
    totals[id] = list[i]
  end
  redis.call('HDEL', TOTALS, earlier)
  return totals
end

local groups, totals = {}, {}
for i, page in ipairs(cjson.decode(ARGV[2])) do
  local group, least, j = page[2], page[3], 0
  local packed, earlier = redis.call('HGET', TOTALS, group), earlier_totals(page[1], group)
  local list = packed and cmsgpack.unpack(packed) or {}
  -- A view is in the database or still pending, so no total may be below their sum; Redis may have been away or empty.
  local pending = redis.call('HGET', PENDING, group) or 0
  for id in string.gmatch(group, '%d+') do
    j = j + 1
    list[j] = math.max(list[j] or 0, earlier[id] or 0, least[j] + pending)
  end
  groups[i], totals[i] = group, cmsgpack.pack(list)
  redis.call('HSET', TOTALS, group, totals[i])
  redis.call('HSET', GROUPS, page[1], group)
end
local shown = count_views(groups, totals, tonumber(ARGV[1]))

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
return shown
