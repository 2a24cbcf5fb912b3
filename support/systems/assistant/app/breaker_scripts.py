"""The breaker in Redis: one script, one round trip for each command. Time is that of Redis, in milliseconds.

KEYS[1] is a hash (epoch, state, failures, counted, until, forced, wins, ordered); KEYS[2] a sorted set of the probes that are out,
by the time at which their places come free.

ARGV[1] is what the caller knows of the breaker (`Snapshot`), with its own probes and the time for which each still holds its
place. If that is later than what Redis has, Redis has lost data, or did not answer when it changed, so it is written back.
Damaged data counts as lost. ARGV[2] is the command, the answer a `Reply`; all three are JSON.

With its first line (Redis 7) a Redis that takes no writes refuses the whole script, instead of only what would be written.
"""

from collections.abc import Mapping

import msgspec

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

MILLISECONDS = 1000

BREAKER = """#!lua
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local known, command = cjson.decode(ARGV[1]), cjson.decode(ARGV[2])
local stored = redis.pcall('HMGET', KEYS[1], 'epoch', 'state', 'failures', 'counted', 'until', 'forced', 'wins',
  'ordered')
if stored.err then
  redis.call('DEL', KEYS[1])
  stored = {}
end
local function number(i)
  local found = tonumber(stored[i] or 0) or 0
  return found >= 0 and found < 1e14 and math.floor(found) or 0
end
local epoch, state, failures, counted, open_until = number(1), stored[2], number(3), number(4), number(5)
local forced, wins, ordered = number(6) == 1, number(7), number(8)
if state ~= 'open' and state ~= 'half_open' then state = 'closed' end
local changed, enough = false, math.max(100, command.minimum_calls or 0)

local function change(to, at)
  epoch = math.max(at or now, epoch + 1)
  state, forced, wins, changed = to, false, 0, true
  redis.call('DEL', KEYS[2])
end
local function open()
  change('open')
  open_until = now + command.open_for
end
local function close()
  change('closed')
  failures, counted = 0, 0
end

local known_is_later = known.epoch > epoch
if known.ordered ~= ordered then known_is_later = known.ordered > ordered end
if known_is_later then
  change(known.state, known.epoch)
  failures, counted, forced, wins, ordered = known.failures, known.counted, known.forced, known.wins, known.ordered
  open_until = now + known.left
  for token, left in pairs(known.leases) do
    redis.call('ZADD', KEYS[2], now + left, token)
  end
end

local before, verdict, wait = state, 'refused', 0
if command.name == 'admit' or command.name == 'report' or command.name == 'look' then
  if state == 'open' and not forced and now >= open_until then change('half_open') end
  if state == 'half_open' then
    local expired = redis.pcall('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
    if type(expired) == 'table' then redis.call('DEL', KEYS[2]) end
  end
end

if command.name == 'admit' then
  if state == 'half_open' and wins >= command.probes then close() end
  if state == 'closed' then
    verdict = 'call'
  elseif state == 'half_open' then
    if wins + redis.call('ZCARD', KEYS[2]) < command.probes then
      redis.call('ZADD', KEYS[2], now + command.lease, command.token)
      verdict = 'probe'
    else
      wait = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2] - now
    end
  elseif not forced then
    wait = open_until - now
  end
elseif command.name == 'report' and command.epoch == epoch then
  if state == 'closed' and command.outcome ~= 'neither' then
    -- in a healthy time nothing changes, and nothing is written
    changed = counted < enough or failures > 0 or command.outcome == 'failure'
    counted = math.min(counted + 1, enough)
    if command.outcome == 'success' then
      failures = 0
    else
      failures = failures + 1
      if failures >= command.failures and counted >= command.minimum_calls then open() end
    end
  elseif state == 'half_open' and redis.call('ZREM', KEYS[2], command.token) == 1 then
    if command.outcome == 'failure' then
      failures = failures + 1
      open()
    elseif command.outcome == 'success' then
      wins, changed = wins + 1, true
      if wins >= command.probes then close() end
    end
  end
elseif command.name == 'force' and not forced then
  change('open')
  forced = true
elseif command.name == 'reset' then
  close()
end
if command.name == 'force' or command.name == 'reset' then
  ordered, changed = math.max(now, ordered + 1), true
end

if changed then
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'state', state, 'failures', failures, 'counted', counted,
    'until', open_until, 'forced', forced and 1 or 0, 'wins', wins,
    'ordered', ordered)
end
local left = 0
if state == 'open' and not forced then left = math.max(0, open_until - now) end
return cjson.encode({epoch = epoch, state = state, failures = failures, counted = counted, left = left, forced = forced,
  wins = wins, ordered = ordered, before = before, verdict = verdict, wait = wait})
"""


class _Reply(msgspec.Struct):
    epoch: int
    state: BreakerState
    failures: int
    counted: int
    left: int
    forced: bool
    wins: int
    ordered: int
    before: BreakerState
    verdict: Verdict
    wait: int


_reply = msgspec.json.Decoder(_Reply)


def arguments(known: Snapshot, leases: Mapping[str, float], command: Command) -> list[bytes]:
    """ARGV of the script."""
    told = {
        "epoch": known.epoch,
        "state": known.state,
        "failures": known.failures,
        "counted": known.counted,
        "left": _ms(known.left_s),
        "forced": known.forced,
        "wins": known.wins,
        "ordered": known.ordered,
        "leases": {token: _ms(left_s) for token, left_s in leases.items()},
    }
    return [msgspec.json.encode(told), msgspec.json.encode(_of_command(command))]


def reply(returned: bytes) -> Reply:
    """What the script has returned."""
    now = _reply.decode(returned)
    left_s, wait_s = now.left / MILLISECONDS, now.wait / MILLISECONDS
    after = Snapshot(now.epoch, now.state, now.failures, now.counted, left_s, now.forced, now.wins, now.ordered)
    return Reply(now.before, after, now.verdict, wait_s)


def _of_command(command: Command) -> dict[str, object]:
    match command:
        case Admit(token=token, lease_s=lease_s, probes=probes):
            return {"name": "admit", "token": token, "lease": _ms(lease_s), "probes": probes}
        case Report(permit=permit, outcome=outcome, settings=settings):
            return {
                "name": "report",
                "epoch": permit.epoch,
                "token": permit.token,
                "outcome": outcome,
                "failures": settings.failures,
                "minimum_calls": settings.minimum_calls,
                "probes": settings.probes,
                "open_for": _ms(settings.open_s),
            }
        case Look():
            return {"name": "look"}
        case ForceOpen():
            return {"name": "force"}
        case Reset():
            return {"name": "reset"}


def _ms(seconds: float) -> int:
    return round(seconds * MILLISECONDS)
