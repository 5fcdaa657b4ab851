-- Shared by the scripts below. KEYS[2] is the hash of totals and KEYS[3] that of pending views, both by content id.

-- Lua passes only so many values to a call.
local SOME = 2000

local function some(list, first)
  return unpack(list, first, math.min(first + SOME - 1, #list))
end

local function read_counts(key, ids)
  if #ids <= SOME then return redis.call('HMGET', key, unpack(ids)) end
  local counts = {}
  for first = 1, #ids, SOME do
    for _, count in ipairs(redis.call('HMGET', key, some(ids, first))) do counts[#counts + 1] = count end
  end
  return counts
end

local function write_counts(key, ids, counts)
  local pairs_ = {}
  for i = 1, #ids do
    pairs_[2 * i - 1] = ids[i]
    pairs_[2 * i] = counts[i]
  end
  for first = 1, #pairs_, SOME do redis.call('HSET', key, some(pairs_, first)) end
end

-- Adds `step` views to contents that have these `totals`; returns the new totals with commas between.
local function count_views(ids, totals, step)
  if #ids == 0 then return '' end
  if step > 0 then
    local pending = read_counts(KEYS[3], ids)
    for i = 1, #ids do
      totals[i] = totals[i] + step
      pending[i] = (pending[i] or 0) + step
    end
    write_counts(KEYS[2], ids, totals)
    write_counts(KEYS[3], ids, pending)
  end
  return table.concat(totals, ',')
end
