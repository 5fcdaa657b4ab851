-- A builder found nothing to build: whoever waits for it may try, all at once, for a second.
-- ARGV: 1 whose generation, 2 the generation, 3 variant.
return redis.call('SET', 'page:lock:' .. ARGV[1] .. ':' .. ARGV[2] .. ':' .. ARGV[3], 'nothing', 'PX', 1000)
