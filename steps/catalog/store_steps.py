"""The contents of the saved copy, the backup and the database, read directly."""

from datetime import timedelta
from decimal import Decimal

from hamcrest import empty, equal_to, has_length, none

from steps.catalog.provider_steps import provider_received_nothing
from support.behave_runtime.gherkin import Context, given, then
from support.core.checks import assert_that
from support.core.eventually import eventually, throughout
from support.systems.catalog.actors.shopper import Shopper
from support.systems.catalog.data.catalog_seed import CatalogSeed
from support.systems.catalog.matchers import expires_in, offers
from support.systems.catalog.observers.stores import StoreContents, Stores


@given('the saved copy, {age:Duration} old, quotes "{bundle:Text}" at {price:Money}')
def saved_copy_quotes(context: Context, age: timedelta, bundle: str, price: Decimal) -> None:
    context.stage.the(CatalogSeed).saved_copy_quotes({bundle: price}, age)


@given('the saved copy, {short:Duration} short of {age:Duration} old, quotes "{bundle:Text}" at {price:Money}')
def saved_copy_is_nearly_as_old(
    context: Context, short: timedelta, age: timedelta, bundle: str, price: Decimal
) -> None:
    saved_copy_quotes(context, age - short, bundle, price)


@given(
    'the saved copy, {age:Duration} old, quotes "{bundle:Text}" at {price:Money} and "{other:Text}" at {other_price:Money}'
)
def saved_copy_quotes_two(
    context: Context, age: timedelta, bundle: str, price: Decimal, other: str, other_price: Decimal
) -> None:
    context.stage.the(CatalogSeed).saved_copy_quotes({bundle: price, other: other_price}, age)


@given('the backup quotes "{bundle:Text}" at {price:Money}')
def backup_quotes(context: Context, bundle: str, price: Decimal) -> None:
    context.stage.the(CatalogSeed).backup_quotes({bundle: price})


@then('the saved copy holds "{bundle:Text}" at {price:Money}')
def saved_copy_holds(context: Context, bundle: str, price: Decimal) -> None:
    assert_that(context.stage.the(Stores).saved_copy(), offers({bundle: price}), "the bundles in the saved copy")


@then('within {limit:Duration} the saved copy holds "{bundle:Text}" at {price:Money}')
def saved_copy_holds_soon(context: Context, limit: timedelta, bundle: str, price: Decimal) -> None:
    eventually(lambda: saved_copy_holds(context, bundle, price), within=limit)


@then("the saved copy expires after {life:Duration}")
def saved_copy_expires(context: Context, life: timedelta) -> None:
    left = context.stage.the(Stores).life_of_saved_copy()
    assert_that(left, expires_in(life), "when the saved copy expires in Redis")


@then(
    'within {limit:Duration} the saved copy holds "{bundle:Text}" at {price:Money}, and expires after {life:Duration}'
)
def saved_copy_holds_and_expires(
    context: Context, limit: timedelta, bundle: str, price: Decimal, life: timedelta
) -> None:
    saved_copy_holds_soon(context, limit, bundle, price)
    throughout(lambda: saved_copy_expires(context, life), span=timedelta(seconds=0.3))


@then("the pause that the services share ends after {span:Duration}")
def shared_pause_ends(context: Context, span: timedelta) -> None:
    assert_that(context.stage.the(Stores).life_of_pause(), expires_in(span), "when the pause ends")


@then("within {limit:Duration} the saved copy is deleted")
def saved_copy_is_deleted(context: Context, limit: timedelta) -> None:
    def check() -> None:
        assert_that(
            context.stage.the(Stores).saved_copy_kind(), none(), "the kind of data stored under the saved copy's key"
        )

    eventually(check, within=limit)


@then('the database holds "{bundle:Text}" at {price:Money}, and the saved copy holds it at {old_price:Money}')
def stores_hold_different_prices(context: Context, bundle: str, price: Decimal, old_price: Decimal) -> None:
    database_holds(context, bundle, price)
    saved_copy_holds(context, bundle, old_price)


@then('the database holds "{bundle:Text}" at {price:Money}')
def database_holds(context: Context, bundle: str, price: Decimal) -> None:
    assert_that(context.stage.the(Stores).database(), offers({bundle: price}), "the bundles in the database")


@then("the saved copy was read exactly once, and the provider received no request")
def only_saved_copy_read_once(context: Context) -> None:
    assert_that(context.stage.the(Stores).reads_of_saved_copy(), equal_to(1), "how often the saved copy was read")
    provider_received_nothing(context)


@then("the saved copy and the database hold {count:Count} bundles, all at {price:Money}")
def stores_hold(context: Context, count: int, price: Decimal) -> None:
    stores, whole = context.stage.the(Stores), StoreContents(count, frozenset({price}))
    assert_that(stores.saved_copy_contents(), equal_to(whole), "the whole content of the saved copy")
    assert_that(stores.database_contents(), equal_to(whole), "the whole content of the database")


@then('the database keeps {count:Count} versions, with "{bundle:Text}" at {before:Money} and at {price:Money}')
def database_keeps(context: Context, count: int, bundle: str, before: Decimal, price: Decimal) -> None:
    versions = context.stage.the(Stores).versions()
    assert_that(versions, has_length(count), "the versions in the database")
    assert_that([one.get(bundle) for one in versions], equal_to([before, price]), f'the prices of "{bundle}" in them')


@then("the database holds no bundle")
def database_holds_nothing(context: Context) -> None:
    assert_that(context.stage.the(Stores).database(), empty(), "the bundles in the database")


@then('within {limit:Duration} of visits the saved copy holds "{bundle:Text}" at {price:Money}')
def saved_copy_holds_after_visits(context: Context, limit: timedelta, bundle: str, price: Decimal) -> None:
    def check() -> None:
        context.stage.the(Shopper).open_catalog()
        saved_copy_holds(context, bundle, price)

    eventually(check, within=limit)


@then(
    'within {limit:Duration} of visits the saved copy holds "{bundle:Text}" at {price:Money}, '
    "and expires after {life:Duration}"
)
def saved_copy_holds_after_visits_and_expires(
    context: Context, limit: timedelta, bundle: str, price: Decimal, life: timedelta
) -> None:
    saved_copy_holds_after_visits(context, limit, bundle, price)
    saved_copy_expires(context, life)


@then('the saved copy and the database hold "{bundle:Text}" at {price:Money}')
def stores_hold_bundle(context: Context, bundle: str, price: Decimal) -> None:
    saved_copy_holds(context, bundle, price)
    database_holds(context, bundle, price)
