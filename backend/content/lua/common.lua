-- Shared by the scripts below. Keys are named here, not passed: one server holds them all.
local GENERATIONS, TOTALS, PENDING = 'page:generations', 'views:totals', 'views:pending'

-- Lua passes only so many values to a call.
local SOME = 2000

local function some(list, first)
  return unpack(list, first, math.min(first + SOME - 1, #list))
end

local function read_counts(key, ids)
  if #ids == 0 then return {} end
  if #ids <= SOME then return redis.call('HMGET', key, unpack(ids)) end
  local counts = {}
  for first = 1, #ids, SOME do
    for _, count in ipairs(redis.call('HMGET', key, some(ids, first))) do counts[#counts + 1] = count end
  end
  return counts
end

local function write_counts(key, ids, counts)
  local both = {}
  for i = 1, #ids do
    both[2 * i - 1] = ids[i]
    both[2 * i] = counts[i]
  end
  for first = 1, #both, SOME do redis.call('HSET', key, some(both, first)) end
end

-- Adds `step` views to contents that have these `totals`; returns the new totals with commas between.
local function count_views(ids, totals, step)
  if #ids > 0 and step > 0 then
    local pending = read_counts(PENDING, ids)
    for i = 1, #ids do
      totals[i] = totals[i] + step
      pending[i] = (pending[i] or 0) + step
    end
    write_counts(TOTALS, ids, totals)
    write_counts(PENDING, ids, pending)
  end
  return table.concat(totals, ',')
end
