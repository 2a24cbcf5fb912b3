"""Mistakes with stored answers."""

import math
import time
from dataclasses import replace
from typing import Any

import msgspec

from support.systems.assistant.app import answer_cache, orchestrator, process
from support.systems.assistant.app.answer_cache import AnswerCache, Stored
from support.systems.assistant.app.model import Answer, Kind, Source, Work
from support.systems.assistant.app.orchestrator import Orchestrator
from support.systems.assistant.app.redis_link import RedisAwayError
from support.systems.patched_variants import Patch, breaks

SHORT = 200


@breaks("RES-PIPE-5")
def stores_fallback_answers(patch: Patch) -> None:
    """Whatever was answered is stored."""
    sound = Orchestrator._answer

    async def answer(self: Orchestrator, progress: Any) -> Answer:
        given = await sound(self, progress)
        if given.source is Source.FALLBACK:
            await self._cache.store(progress.work, progress.settings.prompt, given.result)
        return given

    patch(Orchestrator, "_answer", answer)


@breaks("RES-PIPE-5")
def stored_answers_are_always_good_enough(patch: Patch) -> None:
    """A stored answer is given as long as there is one."""
    _fresh_for(patch, math.inf)


@breaks("RES-PIPE-5")
def asks_although_it_knows(patch: Patch) -> None:
    """The AI service is asked although there is a fresh answer."""
    _fresh_for(patch, -1.0)


@breaks("RES-PIPE-5")
def nothing_stored_in_an_outage(patch: Patch) -> None:
    """An answer that is no longer fresh is not given, even if the AI service fails."""
    sound = Orchestrator._answer

    async def answer(self: Orchestrator, progress: Any) -> Answer:
        given = await sound(self, progress)
        return _no_stored(given) if given.errors else given

    patch(Orchestrator, "_answer", answer)


@breaks("RES-PIPE-5")
def nothing_stored_while_open(patch: Patch) -> None:
    """While the breaker is open people get fallback answers, although there are stored ones."""
    sound = Orchestrator._answer

    async def answer(self: Orchestrator, progress: Any) -> Answer:
        given = await sound(self, progress)
        return _no_stored(given) if Kind.BREAKER_OPEN in given.errors and not given.attempts else given

    patch(Orchestrator, "_answer", answer)


@breaks("RES-PIPE-5")
def age_since_it_was_read(patch: Patch) -> None:
    """The age of a stored answer counts from its loading."""
    sound = orchestrator._cached
    patch(orchestrator, "_cached", lambda stored, progress: replace(sound(stored, progress), age_s=0.0))


@breaks("RES-PIPE-5")
def age_header_of_a_new_answer(patch: Patch) -> None:
    """The header Age is always 0."""
    sound = process._response

    def response(work: Work, answer: Answer) -> Any:
        made = sound(work, answer)
        if "Age" in made.headers:
            made.headers["Age"] = "0"
        return made

    patch(process, "_response", response)


@breaks("RES-PIPE-6", spills=("RES-PIPE-5",))
def one_answer_for_all_operations(patch: Patch) -> None:
    """The text alone is the key of a stored answer."""
    sound = AnswerCache._key

    def key(self: AnswerCache, work: Work, _prompt: str) -> str:
        return sound(self, replace(work, operation="all"), "")

    patch(AnswerCache, "_key", key)


@breaks("RES-PIPE-6")
def answers_without_their_question(patch: Patch) -> None:
    """The key of a stored answer leaves out the options."""
    _keyed_by(patch, lambda work: replace(work, options={}))


@breaks("RES-PIPE-6")
def answers_by_the_beginning_of_the_text(patch: Patch) -> None:
    """The key of a stored answer is made of the beginning of a text."""
    _keyed_by(patch, lambda work: replace(work, text=work.text[:SHORT]))


@breaks("RES-PIPE-6")
def answers_in_small_letters(patch: Patch) -> None:
    """The key of a stored answer does not tell capitals from small letters."""
    _keyed_by(patch, lambda work: replace(work, text=work.text.lower()))


@breaks("RES-PIPE-6")
def answers_of_trimmed_texts(patch: Patch) -> None:
    """The key of a stored answer does not tell texts that differ in their spaces."""
    _keyed_by(patch, lambda work: replace(work, text=" ".join(work.text.split())))


@breaks("RES-PIPE-6")
def answers_without_their_instruction(patch: Patch) -> None:
    """Answers that were given under another instruction to the AI service are still good."""
    sound = AnswerCache._key
    patch(AnswerCache, "_key", lambda self, work, _prompt: sound(self, work, ""))


@breaks("RES-PIPE-6")
def gives_what_the_store_holds(patch: Patch) -> None:
    """What cannot be decoded is given as it is."""

    async def load(self: AnswerCache, work: Work, prompt: str) -> Stored | None:
        try:
            document = await self._link.ask(lambda: self._link.redis.get(self._key(work, prompt)))
        except RedisAwayError:
            return None
        if not isinstance(document, bytes):
            return None
        try:
            entry = answer_cache._entry.decode(document)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return Stored(document.decode(errors="replace"), time.time())
        return Stored(entry.result, entry.at)

    patch(AnswerCache, "load", load)


def _fresh_for(patch: Patch, seconds: float) -> None:
    sound = Orchestrator.__init__

    def init(self: Orchestrator, attempts: Any, cache: Any, _fresh_s: float, tell: Any) -> None:
        sound(self, attempts, cache, seconds, tell)

    patch(Orchestrator, "__init__", init)


def _no_stored(given: Answer) -> Answer:
    if given.source is not Source.CACHED:
        return given
    return replace(given, source=Source.FALLBACK, result="Please try again.", age_s=None, retry_after_s=1.0)


def _keyed_by(patch: Patch, part: Any) -> None:
    sound = AnswerCache._key
    patch(AnswerCache, "_key", lambda self, work, prompt: sound(self, part(work), prompt))
