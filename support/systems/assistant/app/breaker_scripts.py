"""The breaker in Redis: one script, one round trip for each command. Time is that of Redis, in microseconds.

KEYS[1] is a hash (epoch, state, failures, counted, until, forced, wins); KEYS[2] a sorted set of the probes that are out, by
the time at which their places come free.

ARGV[1] to ARGV[7] is what the caller knows of the breaker (`Snapshot`): if that is later than what Redis has, Redis has lost
data, or did not answer when it changed, so it is written back. Damaged data counts as lost. ARGV[8] is the command, ARGV[9]
to ARGV[15] what belongs to it. Then follow the caller's own probes, each with the time for which it still holds its place.
"""

from collections.abc import Mapping
from typing import Any

from support.systems.assistant.app.breaker_model import (
    Admit,
    Command,
    ForceOpen,
    Look,
    Reply,
    Report,
    Reset,
    Snapshot,
    Verdict,
)
from support.systems.assistant.app.model import BreakerState

MICROSECONDS = 1_000_000
ARGUMENTS_OF_A_COMMAND = 7

BREAKER = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local stored = redis.pcall('HMGET', KEYS[1], 'epoch', 'state', 'failures', 'counted', 'until', 'forced', 'wins')
if stored.err then
  redis.call('DEL', KEYS[1])
  stored = {}
end
local function number(i) return tonumber(stored[i] or 0) or 0 end
local epoch, state, failures, counted, open_until = number(1), stored[2], number(3), number(4), number(5)
local forced, wins = number(6), number(7)
if state ~= 'open' and state ~= 'half_open' then state = 'closed' end
local changed = false
local command = ARGV[8]

local function change(to)
  epoch = math.max(now, epoch + 1)
  state, forced, wins, changed = to, 0, 0, true
  redis.call('DEL', KEYS[2])
end
local function open(microseconds)
  change('open')
  open_until = now + microseconds
end
local function close()
  change('closed')
  failures, counted = 0, 0
end

if tonumber(ARGV[1]) > epoch then
  change(ARGV[2])
  epoch, failures, counted = tonumber(ARGV[1]), tonumber(ARGV[3]), tonumber(ARGV[4])
  open_until, forced, wins = now + tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
  for i = 16, #ARGV, 2 do
    redis.call('ZADD', KEYS[2], now + tonumber(ARGV[i + 1]), ARGV[i])
  end
end

local before, verdict, wait = state, 'refused', 0
if command == 'admit' or command == 'report' or command == 'look' then
  if state == 'open' and forced == 0 and now >= open_until then change('half_open') end
  if state == 'half_open' then
    local expired = redis.pcall('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
    if type(expired) == 'table' then redis.call('DEL', KEYS[2]) end
  end
end

if command == 'admit' then
  local token, lease, probes = ARGV[9], tonumber(ARGV[10]), tonumber(ARGV[11])
  if state == 'half_open' and wins >= probes then close() end
  if state == 'closed' then
    verdict = 'call'
  elseif state == 'half_open' then
    if wins + redis.call('ZCARD', KEYS[2]) < probes then
      redis.call('ZADD', KEYS[2], now + lease, token)
      verdict = 'probe'
    else
      wait = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2] - now
    end
  elseif forced == 0 then
    wait = open_until - now
  end
elseif command == 'report' and tonumber(ARGV[9]) == epoch then
  local token, outcome = ARGV[10], ARGV[11]
  local limit, minimum, probes, open_for = tonumber(ARGV[12]), tonumber(ARGV[13]), tonumber(ARGV[14]), tonumber(ARGV[15])
  if state == 'closed' and outcome ~= 'neither' then
    counted, changed = counted + 1, true
    if outcome == 'success' then
      failures = 0
    else
      failures = failures + 1
      if failures >= limit and counted >= minimum then open(open_for) end
    end
  elseif state == 'half_open' and redis.call('ZREM', KEYS[2], token) == 1 then
    if outcome == 'failure' then
      failures = failures + 1
      open(open_for)
    elseif outcome == 'success' then
      wins, changed = wins + 1, true
      if wins >= probes then close() end
    end
  end
elseif command == 'force' and forced == 0 then
  change('open')
  forced = 1
elseif command == 'reset' then
  close()
end

if changed then
  redis.call('HSET', KEYS[1], 'epoch', string.format('%.0f', epoch), 'state', state, 'failures', failures, 'counted', counted,
    'until', string.format('%.0f', open_until), 'forced', forced, 'wins', wins)
end
local left = 0
if state == 'open' and forced == 0 then left = math.max(0, open_until - now) end
return {epoch, state, failures, counted, left, forced, wins, before, verdict, wait}
"""


def arguments(known: Snapshot, leases: Mapping[str, float], command: Command) -> list[str | int]:
    """ARGV of the script."""
    state: list[str | int] = [
        known.epoch,
        known.state,
        known.failures,
        known.counted,
        _us(known.left_s),
        int(known.forced),
        known.wins,
    ]
    of_command = _of_command(command)
    padding = [""] * (ARGUMENTS_OF_A_COMMAND + 1 - len(of_command))
    out = [word for token, left_s in leases.items() for word in (token, _us(left_s))]
    return [*state, *of_command, *padding, *out]


def reply(returned: list[Any]) -> Reply:
    """What the script has returned."""
    epoch, state, failures, counted, left, forced, wins, before, verdict, wait = returned
    after = Snapshot(epoch, _state(state), failures, counted, left / MICROSECONDS, bool(forced), wins)
    return Reply(_state(before), after, Verdict(verdict.decode()), wait / MICROSECONDS)


def _of_command(command: Command) -> list[str | int]:
    match command:
        case Admit(token=token, lease_s=lease_s, probes=probes):
            return ["admit", token, _us(lease_s), probes]
        case Report(permit=permit, outcome=outcome, settings=of):
            told: list[str | int] = ["report", permit.epoch, permit.token, outcome]
            return [*told, of.failures, of.minimum_calls, of.probes, _us(of.open_s)]
        case Look():
            return ["look"]
        case ForceOpen():
            return ["force"]
        case Reset():
            return ["reset"]


def _us(seconds: float) -> int:
    return round(seconds * MICROSECONDS)


def _state(text: bytes) -> BreakerState:
    return BreakerState(text.decode())
