"""The answers of the AI service, stored in Redis under `assistant:answer:{operation}:{sha256}`."""

import hashlib
import math
import time
from dataclasses import dataclass

import msgspec

from support.systems.assistant.app.model import Work
from support.systems.assistant.app.redis_link import RedisAwayError, RedisLink


class _Entry(msgspec.Struct):
    """*at* is in unix seconds."""

    result: str
    at: float


_entry = msgspec.json.Decoder(_Entry)


@dataclass(frozen=True, slots=True)
class Stored:
    """*at* is when it was stored, in unix seconds."""

    result: str
    at: float

    @property
    def age_s(self) -> float:
        """As of now."""
        return max(0.0, time.time() - self.at)


class AnswerCache:
    """Never raises: without Redis there are no stored answers. *life_s* is how long one is kept."""

    def __init__(self, link: RedisLink, life_s: float, model: str) -> None:
        self._link = link
        self._life_s = life_s
        self._model = model

    async def load(self, work: Work, prompt: str) -> Stored | None:
        """The stored answer of whatever age; None if there is none. A damaged one counts as none."""
        try:
            document = await self._link.ask(lambda: self._link.redis.get(self._key(work, prompt)))
            entry = _entry.decode(document) if document is not None else None
        except (RedisAwayError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        if entry is None or not entry.result:
            return None
        stored = Stored(entry.result, entry.at)
        return stored if stored.age_s < self._life_s else None

    async def store(self, work: Work, prompt: str, result: str) -> None:
        document = msgspec.json.encode(_Entry(result, time.time()))
        life_ms = math.ceil(self._life_s * 1000)
        try:
            await self._link.ask(lambda: self._link.redis.set(self._key(work, prompt), document, px=life_ms))
        except RedisAwayError:
            return

    def _key(self, work: Work, prompt: str) -> str:
        """Whatever the answer depends on: the model and its instruction too."""
        asked = msgspec.json.encode([self._model, prompt, work.text, work.options], order="sorted")
        return f"assistant:answer:{work.operation}:{hashlib.sha256(asked).hexdigest()}"
