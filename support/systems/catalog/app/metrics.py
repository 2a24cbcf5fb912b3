"""Prometheus metrics, in a registry of their own, so that a reload starts from zero."""

from prometheus_client import CollectorRegistry, Counter, Gauge, disable_created_metrics, generate_latest


class Metrics:
    """The counters and gauges that contract.md lists."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = registry = CollectorRegistry()
        self.provider_requests = Counter(
            "catalog_provider_requests",
            "Requests to the provider by what became of them",
            ["outcome"],
            registry=registry,
        )
        self.refreshes = Counter("catalog_refreshes", "Refreshes by how they ended", ["status"], registry=registry)
        self.answers = Counter("catalog_answers", "Answers to shoppers by source", ["source"], registry=registry)
        self.cache_hits = Counter("catalog_cache_hits", "Answers from a catalog at hand", registry=registry)
        self.cache_misses = Counter("catalog_cache_misses", "Callers who had to wait for one", registry=registry)
        self.alerts = Counter("catalog_alerts", "Alerts to administrators by outcome", ["outcome"], registry=registry)
        self.bundles = Gauge("catalog_bundles", "Bundles in the catalog that is served", registry=registry)
        self.age = Gauge(
            "catalog_age_seconds", "Age of the catalog that is served; NaN when there is none", registry=registry
        )
        self.age.set(float("nan"))

    def exposition(self) -> bytes:
        return generate_latest(self._registry)
