"""What Redis does in one step, as Lua scripts: the refresh lock with its fence, and the saved copy that a fence protects.

A fence is a number that each holder of the lock gets with it, higher than all before. Whoever oversleeps its lease still has its
old fence, and is told from the new holder by it wherever something is written.
"""

# KEYS: lock, last fence; ARGV: lease in ms. Answers the fence, or nothing when the lock is taken. The clock (microseconds) keeps
# fences growing when Redis has lost its data, the counter keeps them growing when the clock is set back; 2^53 is far away.
TAKE_LOCK = """
if redis.call('exists', KEYS[1]) == 1 then return false end
local time = redis.call('time')
local fence = math.max(time[1] * 1000000 + time[2], (tonumber(redis.call('get', KEYS[2])) or 0) + 1)
local text = string.format('%.0f', fence)
redis.call('set', KEYS[2], text)
redis.call('set', KEYS[1], text, 'px', ARGV[1])
return text
"""

# Answers 0 to whoever no longer holds the lock. KEYS: lock; ARGV: fence, lease in ms
RENEW_LOCK = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end
return 0
"""

# Whoever no longer holds the lock lets it be. KEYS: lock; ARGV: fence
RELEASE_LOCK = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end
return 0
"""

# KEYS: saved copy; ARGV: the new one, its fence, its life in s. What is there is read no further than its fence; what has none, or
# is no text at all, gives way.
SAVE_COPY = """
local head = ''
if redis.call('type', KEYS[1]).ok == 'string' then head = redis.call('getrange', KEYS[1], 0, 40) end
local there = tonumber(string.match(head, '^{"fence":(%d+)')) or 0
if there > tonumber(ARGV[2]) then return 0 end
redis.call('set', KEYS[1], ARGV[1], 'ex', ARGV[3])
return 1
"""

# Takes away what was read, damaged or too old; another instance may have written a sound copy since, and that one stays.
# KEYS: saved copy; ARGV: what was read, or nothing where it could not be read at all.
DELETE_COPY = """
if redis.call('type', KEYS[1]).ok ~= 'string' or redis.call('get', KEYS[1]) == ARGV[1] then
    return redis.call('del', KEYS[1])
end
return 0
"""
