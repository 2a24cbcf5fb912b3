"""What programs and operators can rely on: headers, searches, pages, the status page, and how the service ends and starts."""

from datetime import timedelta

from hamcrest import equal_to, greater_than, is_in, is_not

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.target import Target
from support.environments.parts import Parts
from support.measure.link_traffic import Connections, LinkTraffic
from support.systems.catalog.actors.catalog_api import CatalogApi, Response
from support.systems.catalog.actors.reloader import Reload, Reloader
from support.systems.catalog.conformance import answers, process
from support.systems.catalog.environment.site import Site
from support.systems.catalog.mid_update_faults import MidUpdateFaults


@given("an update has begun")
def update_has_begun(context: Context) -> None:
    context.stage.put(context.stage.the(MidUpdateFaults).start_update(0))


@given("connections to {target:Target} are counted")
def connections_are_counted(context: Context, target: Target) -> None:
    context.stage.put(context.stage.the(LinkTraffic).count(target))


@when("a program asks for the catalog")
def program_asks(context: Context) -> None:
    context.stage.put(context.stage.the(CatalogApi).bundles())


@when('a program searches for "{query:Text}"')
def program_searches(context: Context, query: str) -> None:
    context.stage.put(context.stage.the(CatalogApi).bundles(f"?{query}"))


@when('a program asks for the bundle "{name:Text}"')
def program_asks_for_bundle(context: Context, name: str) -> None:
    context.stage.put(context.stage.the(CatalogApi).get(f"/bundles/{name}"))


@when("an operator asks for the report of the last update")
def operator_asks_for_report(context: Context) -> None:
    context.stage.put(context.stage.the(CatalogApi).last_update())


@when("a program reads {count:Count} pages of {size:Count} bundles")
def program_reads_pages(context: Context, count: int, size: int) -> None:
    context.stage.put(answers.read_pages(context.stage.the(CatalogApi), size, count))


@when("a program asks for the status page")
def program_asks_for_status_page(context: Context) -> None:
    context.stage.put(context.stage.the(CatalogApi).health())


@when("a program asks whether the service is ready")
def program_asks_whether_ready(context: Context) -> None:
    context.stage.put(context.stage.the(CatalogApi).get("/health/ready"))


@when("{target:Target} is asked to stop while a program asks whether it is ready")
def asked_to_stop_and_watched(context: Context, target: Target) -> None:
    context.stage.put(process.watched_to_its_end(context.stage.the(Parts)[target], context.stage.the(CatalogApi)))


@when("the catalog service is asked to reload")
def asked_to_reload(context: Context) -> None:
    context.stage.put(context.stage.the(Reloader).reload())


@when('a catalog service is started with "{setting:Text}"')
def started_with(context: Context, setting: str) -> None:
    context.stage.put(process.start_with(context.stage.the(Site), dict([setting.split("=", 1)])))


@then("the body and the headers of the answer name the {source:Source}, {age:Duration} old")
def headers_name_source_and_age(context: Context, source: str, age: timedelta) -> None:
    answers.says_where_it_comes_from(context.stage.the(Response), source, age.total_seconds())


@then("the body and the headers of the answer name the same time to come back")
def headers_name_time_to_come_back(context: Context) -> None:
    answers.refusal(context.stage.the(Response))


@then('it finds exactly "{bundles:Text}"')
def finds_exactly(context: Context, bundles: str) -> None:
    answers.finds(context.stage.the(Response), bundles.split(", "))


@then("it finds exactly nothing")
def finds_nothing(context: Context) -> None:
    answers.finds(context.stage.the(Response), [])


@then("the answer says that there is none (404)")
def there_is_none(context: Context) -> None:
    answers.not_found(context.stage.the(Response))


@then("there is none, unless the service has updated the catalog by itself")
def no_report_yet(context: Context) -> None:
    answers.report_before_the_first_update(context.stage.the(Response))


@then('the answer gives unlimited data for "{bundle:Text}"')
def unlimited_data(context: Context, bundle: str) -> None:
    answers.gives_data(context.stage.the(Response), bundle, answers.UNLIMITED_MB)


@then('the pages show "{bundles:Text}", each once, and say how many there are in all')
def pages_show(context: Context, bundles: str) -> None:
    answers.show_each_once(context.stage.the(answers.Pages), bundles.split(", "))


@then("the search is refused as senseless, with the reason")
def search_is_refused(context: Context) -> None:
    answers.refuses(context.stage.the(Response))


@then('the status page answers with status 200 and says "{status:Text}"')
def status_page_answers(context: Context, status: str) -> None:
    answers.status_page(context.stage.the(Response), status)


@then("it is ready")
def is_ready(context: Context) -> None:
    answers.ready(context.stage.the(Response))


@then("after {limit:Duration} it is no longer ready")
def is_no_longer_ready(context: Context, limit: timedelta) -> None:
    process.was_ready_at_most(context.stage.the(process.Readiness), limit)


@then("it has started anew in the same process")
def has_started_anew(context: Context) -> None:
    reload = context.stage.the(Reload)
    assert_that(reload.started_at, is_not(is_in(["", reload.started_at_before])), "started_at after the reload")
    assert_that(reload.pid, equal_to(reload.pid_before), "the id of the process after the reload")


@then("the service has made a new connection to {target:Target}")
def has_connected_anew(context: Context, target: Target) -> None:
    before, now = context.stage.the(Connections), context.stage.the(LinkTraffic).count(target)
    assert_that(now.made, greater_than(before.made), f"the connections that were made to the {target}")


@then("its start is refused with exit status 64 and a reason")
def start_is_refused(context: Context) -> None:
    process.was_refused(context.stage.the(process.Start))
