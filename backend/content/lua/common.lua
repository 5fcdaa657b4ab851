-- Shared by the scripts below. Keys are named here, not passed: one server holds them all.
-- A group is the ids of the contents that a page shows, with commas between. They are always seen together, so their
-- pending views are one number; what is shown of each is its base and that number together.
local GENERATIONS, BASES, PENDING, GROUPS = 'page:generations', 'views:bases', 'views:pending', 'views:groups'

-- Adds `step` views to groups. Returns their pending views with commas between, and their bases with semicolons
-- between; nothing at all, and adds nothing, if a group has no bases. (There are a hundred groups at most, the pages of
-- a list, so they may all be passed at once.)
local function count_views(groups, step)
  if #groups == 0 then return '', '' end
  local bases, pending = redis.call('HMGET', BASES, unpack(groups)), redis.call('HMGET', PENDING, unpack(groups))
  local both = {}
  for i = 1, #groups do
    if not bases[i] then return nil end
    pending[i] = (pending[i] or 0) + step
    both[2 * i - 1], both[2 * i] = groups[i], pending[i]
  end
  if step > 0 then redis.call('HSET', PENDING, unpack(both)) end
  return table.concat(pending, ','), table.concat(bases, ';')
end

local function split(list)
  local numbers, n = {}, 0
  for number in string.gmatch(list, '%d+') do
    n = n + 1
    numbers[n] = number
  end
  return numbers
end
