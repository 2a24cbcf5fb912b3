"""Whether an attached service runs with the timings that the features' limits follow from; see its contract.md."""

import time
from collections.abc import Callable
from contextlib import suppress

from support.core.errors import NotApplicableError, UsageError
from support.fault_proxy.client import Toxic
from support.systems.catalog.actors.catalog_api import CatalogApi
from support.systems.catalog.environment.site import Site
from support.systems.catalog.environment.topology import TIMINGS
from support.systems.catalog.targets import PROVIDER

SILENCE = Toxic("timeout", {"timeout": 0}, name="look-at-timings")
MOST_S = 1.2  # between our patience (0.5 s) and the contract's default (2 s), each with the way to another source
LOOKS = 3  # the quickest one counts: a busy machine only adds


def refuse_other_timings(site: Site, api: CatalogApi, empty: Callable[[], None]) -> None:
    """Look how long a shopper waits while the provider is silent and nothing is stored. Raises `UsageError` if it is too long.

    *empty* takes everything from the stores. Nothing is looked at where the service or its link to the provider is not ours.
    """
    with suppress(NotApplicableError):
        link = site.links[PROVIDER].proxy
        site.proxy.reset()
        site.proxy.add(link, SILENCE)
        try:
            waited_s = min(_wait_s(site, api, empty) for _ in range(LOOKS))
        finally:
            site.proxy.reset()
        if waited_s > MOST_S:
            wanted = " ".join(f"{name}={value}" for name, value in TIMINGS.items())
            raise UsageError(
                f"the attached service lets a shopper wait {waited_s:.1f} s while the provider is silent, and the limits in the "
                f"features follow from CATALOG_PATIENCE_S={TIMINGS['CATALOG_PATIENCE_S']}; start it with {wanted}"
            )


def _wait_s(site: Site, api: CatalogApi, empty: Callable[[], None]) -> float:
    empty()
    site.renew_catalog()
    began = time.monotonic()
    api.bundles()
    return time.monotonic() - began
