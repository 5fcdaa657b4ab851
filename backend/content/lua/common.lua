-- Shared by the scripts below. Keys are named here, not passed: one server holds them all.
-- A group is the ids of the contents that a page shows, with commas between. They are always seen together, so their
-- totals are one value (a packed list), and their pending views one number.
local GENERATIONS, TOTALS, PENDING, GROUPS = 'page:generations', 'views:totals', 'views:pending', 'views:groups'

-- The values of hash fields, false where there is none. (A hundred groups at most: pages in a list.)
local function read(key, fields)
  return #fields > 0 and redis.call('HMGET', key, unpack(fields)) or {}
end

local function write(key, fields, values)
  local both = {}
  for i = 1, #fields do
    both[2 * i - 1] = fields[i]
    both[2 * i] = values[i]
  end
  if #fields > 0 then redis.call('HSET', key, unpack(both)) end
end

-- Adds `step` views to groups that have these packed totals; returns the new totals, with commas between.
local function count_views(groups, totals, step)
  local shown, n = {}, 0
  for i = 1, #groups do
    local list = cmsgpack.unpack(totals[i])
    for j = 1, #list do
      list[j], n = list[j] + step, n + 1
      shown[n] = list[j]
    end
    if step > 0 then totals[i] = cmsgpack.pack(list) end
  end
  if step > 0 then
    local pending = read(PENDING, groups)
    for i = 1, #groups do pending[i] = (pending[i] or 0) + step end
    write(TOTALS, groups, totals)
    write(PENDING, groups, pending)
  end
  return table.concat(shown, ',')
end
