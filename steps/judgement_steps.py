"""The suite judged by its own command while something is wrong with it."""

from hamcrest import assert_that, contains_string, equal_to

from support.clients.release_manager import Judgement, ReleaseManager
from support.faults.mishaps import Mishap
from support.gherkin import Context, then, when


@when("a release is judged")
def judged(context: Context) -> None:
    context.stage.put(context.stage.the(ReleaseManager).judge_while(Mishap.NONE))


@when("a release is judged while {mishap:Mishap}")
def judged_while(context: Context, mishap: Mishap) -> None:
    context.stage.put(context.stage.the(ReleaseManager).judge_while(mishap))


@then('the verdict is "{word:Text}"')
def verdict_is(context: Context, word: str) -> None:
    judgement = context.stage.the(Judgement)
    assert_that(judgement.word, equal_to(word), f"the verdict, of which was said: {judgement.said}")


@then('the reason given is "{reason:Text}"')
def reason_given(context: Context, reason: str) -> None:
    assert_that(" ".join(context.stage.the(Judgement).said.split()), contains_string(reason))
