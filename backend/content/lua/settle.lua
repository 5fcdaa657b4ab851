-- After rendering: give the contents their totals, count, and keep the JSON.
-- ARGV: 1 views to add, 2 content ids, 3 their views in the database (both as JSON lists);
--       and for JSON that is to be kept: 4 whose generation, 5 the generation read before the query (or one that was
--       drawn because there was none), 6 whether it was drawn ('1'), 7 variant, 8 etag, 9 body, 10 milliseconds.
-- Answer: the totals with commas between.

local ids, known = cjson.decode(ARGV[2]), cjson.decode(ARGV[3])
-- A view is in the database or still pending, so no total may be below their sum; Redis may have been away or empty.
local pending = read_counts(PENDING, ids)
local totals = read_counts(TOTALS, ids)
local raised = false
for i = 1, #ids do
  local least = known[i] + (pending[i] or 0)
  if not totals[i] or tonumber(totals[i]) < least then
    totals[i] = least
    raised = true
  end
end
if raised then write_counts(TOTALS, ids, totals) end
local shown = count_views(ids, totals, tonumber(ARGV[1]))

if ARGV[4] then
  local generation = redis.call('HGET', GENERATIONS, ARGV[4])
  local drawn = ARGV[6] == '1'
  redis.call('DEL', 'page:lock:' .. ARGV[4] .. ':' .. (drawn and '' or ARGV[5]) .. ':' .. ARGV[7])
  if drawn and not generation then
    generation = ARGV[5]
    redis.call('HSET', GENERATIONS, ARGV[4], generation)
  end
  -- Whoever changed the page meanwhile has replaced its generation; what was rendered before that is not kept.
  if generation == ARGV[5] then
    local key = 'page:json:' .. ARGV[4] .. ':' .. generation .. ':' .. ARGV[7]
    redis.call('HSET', key, 'ids', cmsgpack.pack(ids), 'etag', ARGV[8], 'body', ARGV[9])
    redis.call('PEXPIRE', key, ARGV[10])
  end
end
return shown
