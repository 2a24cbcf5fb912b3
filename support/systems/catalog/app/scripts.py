"""Lua scripts, each atomic in Redis: the refresh lock with its fence, and the saved copy that a fence protects.

A fence (a fencing token) is a number that a holder gets with the lock, higher than all before. An instance that outlives its
lease still has its old fence, so that its writes are recognised and refused.
"""

# KEYS: lock, last fence; ARGV: lease in ms. Returns the fence, or nil when the lock is held. The clock (microseconds) keeps
# fences growing after Redis has lost its data, the counter keeps them growing when the clock is set back. Both stay below 2^53.
TAKE_LOCK = """
if redis.call('exists', KEYS[1]) == 1 then return false end
local time = redis.call('time')
local fence = math.max(time[1] * 1000000 + time[2], (tonumber(redis.call('get', KEYS[2])) or 0) + 1)
local text = string.format('%.0f', fence)
redis.call('set', KEYS[2], text)
redis.call('set', KEYS[1], text, 'px', ARGV[1])
return text
"""

# Returns 0 when the caller no longer holds the lock. KEYS: lock; ARGV: fence, lease in ms
RENEW_LOCK = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end
return 0
"""

# Does nothing when the caller no longer holds the lock. KEYS: lock; ARGV: fence
RELEASE_LOCK = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end
return 0
"""

# KEYS: saved copy; ARGV: the new copy, its fence, its life in s. Reads only the beginning of the stored copy, for its fence. A copy
# without a fence, or a value that is no string, is replaced.
SAVE_COPY = """
local head = ''
if redis.call('type', KEYS[1]).ok == 'string' then head = redis.call('getrange', KEYS[1], 0, 40) end
local there = tonumber(string.match(head, '^{"fence":(%d+)')) or 0
if there > tonumber(ARGV[2]) then return 0 end
redis.call('set', KEYS[1], ARGV[1], 'ex', ARGV[3])
return 1
"""

# Deletes a damaged or expired copy, unless another instance has replaced it since it was read.
# KEYS: saved copy; ARGV: the copy as read; empty when it could not be read.
DELETE_COPY = """
if redis.call('type', KEYS[1]).ok ~= 'string' or redis.call('get', KEYS[1]) == ARGV[1] then
    return redis.call('del', KEYS[1])
end
return 0
"""
