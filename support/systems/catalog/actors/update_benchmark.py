"""Benchmarks of large updates, measured from outside: time, memory, and the stand-in's share of the time."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

import psutil

from support.core.errors import InconclusiveError
from support.measure.figure import Figure
from support.measure.host_load import HostLoad
from support.measure.memory_usage import MemoryUsage
from support.measure.statistics import percentile, steady_slope
from support.systems.catalog.actors.catalog_api import CatalogApi
from support.systems.catalog.actors.operator import Operator
from support.systems.catalog.data.catalog_seed import CatalogSeed
from support.systems.catalog.environment.site import Site
from support.systems.catalog.targets import CATALOG, PROVIDER
from support.workload.load_profile import LoadProfile
from support.workload.open_loop import LoadGenerator, LoadResult

TIMEOUT_S = 310.0  # longer than any budget
MAX_STANDIN_SHARE = 0.5
FIRST_PRICE = Decimal("19.01")
WARM_UP_UPDATES = 5
# the contract's defaults or more: the short time-outs of other scenarios are too short for a busy machine
LONG_TIMEOUTS = {
    "CATALOG_CONNECT_TIMEOUT_S": "2",
    "CATALOG_READ_TIMEOUT_S": "10",
    "CATALOG_CACHE_TIMEOUT_S": "5",
    "CATALOG_DATABASE_TIMEOUT_S": "30",
}
SEARCHES = [
    f"/bundles?limit=20&search={text}"
    for text in (
        "germany+5",
        "Europe",
        "esim_JP_10GB",
        "asia+20+GB",
        "30D",
        "no+such+place",
        "united+states+1+GB",
        "esim_TH",
    )
]


@dataclass(frozen=True, slots=True)
class UpdateMeasurement:
    """*base_mb* is the memory of the service before the update, *peak_mb* the peak during it. *standin_share* is the processor
    time of the provider's stand-in, as a share of *took_s*.
    """

    bundles: int
    took_s: float
    base_mb: float
    peak_mb: float
    standin_share: float

    def __str__(self) -> str:
        return (
            f"{self.bundles} bundles in {self.took_s:.2f} s; memory from {self.base_mb:.0f} MB to {self.peak_mb:.0f} MB at its "
            f"peak (the kernel's high-water mark); the stand-in was busy for {self.standin_share:.0%} of the time"
        )


@dataclass(frozen=True, slots=True)
class GrowthWithSize:
    """Measurements of an update with few and with many bundles."""

    few: UpdateMeasurement
    many: UpdateMeasurement

    def time_figures(self) -> list[Figure]:
        few, many = (one.took_s / one.bundles for one in (self.few, self.many))
        each = [Figure(f"time to update {one.bundles:,} bundles", one.took_s, "s") for one in (self.few, self.many)]
        return [*each, Figure(f"time for each bundle, {self._against()}", many / few, "times")]

    def memory_figures(self) -> list[Figure]:
        few, many = ((one.peak_mb - one.base_mb) / one.bundles for one in (self.few, self.many))
        each = [
            Figure(f"peak memory of an update of {one.bundles:,} bundles", one.peak_mb, "MB")
            for one in (self.few, self.many)
        ]
        return [*each, Figure(f"memory added for each bundle, {self._against()}", many / few, "times")]

    def _against(self) -> str:
        return f"of {self.many.bundles:,} against {self.few.bundles:,}"

    def __str__(self) -> str:
        return f"{self.few}\n{self.many}"


@dataclass(frozen=True, slots=True)
class LoadDuringUpdates:
    """The searches that fell into updates (*during*), of all searches."""

    everything: LoadResult
    during: LoadResult
    updates: int

    def waits(self) -> list[Figure]:
        waits = self.during.latencies_ms()
        names = {50: "half of the searches", 95: "95 of 100 searches", 99: "99 of 100 searches"}
        return [Figure(name, percentile(waits, percent), "ms") for percent, name in names.items()]

    def __str__(self) -> str:
        return f"in all: {self.everything}\nduring {self.updates} updates: {self.during}"


@dataclass(frozen=True, slots=True)
class MemoryAfterUpdates:
    """*used_mb* is the memory of the service after each update, in order."""

    used_mb: Sequence[float]

    def growth_per_update(self) -> Figure:
        return Figure("memory that each further update takes", steady_slope(self.used_mb), "MB")

    def __str__(self) -> str:
        return f"MB in use after each update: {', '.join(f'{used:.1f}' for used in self.used_mb)}"


class UpdateBenchmark:
    """Each update has new prices, so that the service cannot skip it as unchanged."""

    def __init__(self, site: Site, catalog_seed: CatalogSeed, seed: int) -> None:
        self._site = site
        self._catalog_seed = catalog_seed
        self._seed = seed
        self._operator = Operator(CatalogApi(site.catalog_url, TIMEOUT_S))
        self._prices = count()

    def growth(self, few: int, many: int, *, times: int) -> GrowthWithSize:
        return GrowthWithSize(self._fastest(few, times), self._fastest(many, times))

    def search_during_updates(self, bundles: int, rate: int, least: int) -> LoadDuringUpdates:
        """Shoppers search *rate* times a second during consecutive updates, until *least* searches have overlapped an update."""
        self._site.parts[CATALOG].start(LONG_TIMEOUTS)
        self._update(bundles)
        spans: list[tuple[float, float]] = []
        wanted_s = least / rate * 1.1
        with LoadGenerator(LoadProfile(self._site.catalog_url, SEARCHES, rate, self._seed)) as load:
            while sum(end - begin for begin, end in spans) < wanted_s:
                self._publish_version(bundles)
                began = time.monotonic()
                self._must_complete()
                spans.append((began, time.monotonic()))
            everything = load.end()
        searched = LoadDuringUpdates(everything, everything.due_in(spans), len(spans))
        searched.during.require_volume(least)
        searched.during.require_schedule()
        return searched

    def memory_after_updates(self, bundles: int, times: int) -> MemoryAfterUpdates:
        """MB in use after each of so many updates, not counting the first five, which fill the caches.

        The service is restarted first: memory freed by an earlier, larger catalog would hide a leak.
        """
        self._site.parts[CATALOG].start(LONG_TIMEOUTS)
        memory = MemoryUsage(self._site.parts[CATALOG].pid)
        used = []
        for _ in range(WARM_UP_UPDATES + times):
            self._publish_version(bundles)
            self._must_complete()
            used.append(memory.now_mb())
        return MemoryAfterUpdates(used[WARM_UP_UPDATES:])

    def _fastest(self, bundles: int, times: int) -> UpdateMeasurement:
        """The fastest of so many updates, each by a restarted service: interference can only add time."""
        made = []
        for _ in range(times):
            self._site.parts[CATALOG].start(LONG_TIMEOUTS)
            made.append(self._update(bundles))
        return min(made, key=lambda one: one.took_s)

    def _update(self, bundles: int) -> UpdateMeasurement:
        self._publish_version(bundles)
        memory, standin = MemoryUsage(self._site.parts[CATALOG].pid), self._site.parts[PROVIDER].pid
        memory.reset_peak()
        base_mb, worked = memory.now_mb(), _processor_time_s(standin)
        began = time.monotonic()
        self._must_complete()
        took = time.monotonic() - began
        made = UpdateMeasurement(bundles, took, base_mb, memory.peak_mb(), (_processor_time_s(standin) - worked) / took)
        if made.standin_share > MAX_STANDIN_SHARE:
            raise InconclusiveError(f"the stand-in of the provider was too slow for a measurement: {made}")
        return made

    def _publish_version(self, bundles: int) -> None:
        self._catalog_seed.provider_sells(bundles, FIRST_PRICE + Decimal(next(self._prices)) / 100)

    def _must_complete(self) -> None:
        """Raises `InconclusiveError` when an update does not complete on a machine that is busy with other processes."""
        with HostLoad(self._site.parts[CATALOG].pid) as host_load:
            update = self._operator.update_catalog()
        if update.status != "completed" and host_load.too_busy:
            raise InconclusiveError(
                f"{update} while other processes took {host_load.others().value:.0f} % of the processor time"
            )
        assert update.status == "completed", f"the update did not complete: {update}"


def _processor_time_s(pid: int) -> float:
    spent = psutil.Process(pid).cpu_times()
    return float(spent.user + spent.system)
