-- After rendering: give the contents their totals, count, and keep the JSON.
-- KEYS: 1 generations, 2 totals, 3 pending.
-- ARGV: 1 views to add, 2 content ids, 3 their views in the database (both as JSON lists),
--       and for JSON that is to be kept: 4 whose generation, 5 the generation read before the query (or one that was
--       drawn because there was none), 6 whether it was drawn ('1'), 7 variant, 8 etag, 9 body, 10 milliseconds to keep it.
-- Answer: the totals with commas between.

local ids, known = cjson.decode(ARGV[2]), cjson.decode(ARGV[3])
local totals = {}
if #ids > 0 then
  -- A view is in the database or still pending, so no total may be below their sum; Redis may have been away or empty.
  local pending = read_counts(KEYS[3], ids)
  totals = read_counts(KEYS[2], ids)
  local raised = false
  for i = 1, #ids do
    local least = known[i] + (pending[i] or 0)
    if not totals[i] or tonumber(totals[i]) < least then
      totals[i] = least
      raised = true
    end
  end
  if raised and ARGV[1] == '0' then write_counts(KEYS[2], ids, totals) end
end
local shown = count_views(ids, totals, tonumber(ARGV[1]))

if ARGV[4] then
  local generation = redis.call('HGET', KEYS[1], ARGV[4])
  local name = ARGV[4] .. ':' .. (ARGV[6] == '1' and '' or ARGV[5]) .. ':' .. ARGV[7]
  if not generation and ARGV[6] == '1' then
    generation = ARGV[5]
    redis.call('HSET', KEYS[1], ARGV[4], generation)
  end
  -- Whoever changed the page meanwhile has replaced its generation; what was rendered before that is not kept.
  if generation == ARGV[5] then
    local key = 'page:json:' .. ARGV[4] .. ':' .. generation .. ':' .. ARGV[7]
    redis.call('HSET', key, 'ids', cmsgpack.pack(ids), 'etag', ARGV[8], 'body', ARGV[9])
    redis.call('PEXPIRE', key, ARGV[10])
  end
  redis.call('DEL', 'page:lock:' .. name)
end
return shown
