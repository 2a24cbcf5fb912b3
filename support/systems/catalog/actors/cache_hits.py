"""The share of requests served from memory under steady load, counted at the provider and at Redis."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import count

from hamcrest import greater_than_or_equal_to

from support.core.checks import assert_that
from support.core.eventually import patiently
from support.measure.figure import Figure
from support.systems.catalog.actors.operator import Operator
from support.systems.catalog.actors.update_benchmark import SEARCHES
from support.systems.catalog.data.catalog_seed import CatalogSeed
from support.systems.catalog.observers.provider_record import ProviderRecord, group_list_requests
from support.systems.catalog.observers.stores import Stores
from support.workload.load_profile import LoadProfile
from support.workload.open_loop import LoadGenerator, LoadResult

FIRST_PRICE = Decimal("19.01")
LONGEST = timedelta(seconds=20)
LEAST = 1000


@dataclass(frozen=True, slots=True)
class CacheHits:
    """The requests of *load*, and the loads of the catalog that they caused.

    *provider*: full fetches, counted at the provider; *saved_copy*: reads of the catalog or the lock, counted by Redis. The
    service's own metrics for comparison: *reported_hits* were answered from memory, *reported_misses* waited for a load.
    """

    load: LoadResult
    provider: int
    saved_copy: int
    reported_hits: float
    reported_misses: float

    def share(self) -> Figure:
        """In percent. Every load counts, even several of one request, so the share is never overstated."""
        loads = self.provider + self.saved_copy
        return Figure("questions that needed no load", 100 * (1 - loads / len(self.load.requests)), "%")

    def __str__(self) -> str:
        return (
            f"{self.load}\nloads: {self.provider} counted at the provider, {self.saved_copy} reads counted at the saved copy's "
            f"store, lock included\nmonitoring: {self.reported_hits:g} from memory, {self.reported_misses:g} waited for a load"
        )


class CacheHitMeasurement:
    def __init__(
        self, url: str, catalog_seed: CatalogSeed, record: ProviderRecord, stores: Stores, operator: Operator, seed: int
    ) -> None:
        self._url = url
        self._catalog_seed = catalog_seed
        self._record = record
        self._stores = stores
        self._operator = operator
        self._seed = seed

    def measure(self, times: int, rate: int, bundles: int) -> CacheHits:
        """Shoppers search *rate* times a second until the catalog has been loaded *times* times at new prices.

        Raises `InconclusiveError` when the load was too low.
        """
        prices = (FIRST_PRICE + Decimal(number) / 100 for number in count())
        with LoadGenerator(LoadProfile(self._url, SEARCHES, rate, self._seed)) as load:

            def loaded(least: int) -> None:
                load.check_alive()
                assert_that(len(group_list_requests(self._record.requests())), greater_than_or_equal_to(least), "loads")

            already = len(group_list_requests(self._record.requests()))
            for loads in range(already + 1, already + times + 1):
                self._catalog_seed.provider_sells(bundles, next(prices))
                patiently(partial(loaded, loads), within=LONGEST)
            asked = load.end()
        asked.require_volume(LEAST)
        return CacheHits(
            asked,
            len(group_list_requests(self._record.requests())),
            self._stores.reads_of_saved_copy(),
            self._operator.counter("catalog_cache_hits_total"),
            self._operator.counter("catalog_cache_misses_total"),
        )
