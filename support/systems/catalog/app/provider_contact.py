"""What follows from the last contact with the provider: its status, the rejection of our key, the cool-down."""

import structlog

from support.systems.catalog.app.cache import Cache
from support.systems.catalog.app.cooldown import Cooldown
from support.systems.catalog.app.errors import CacheError, ErrorKind, RefreshError
from support.systems.catalog.app.fetching import Fetched
from support.systems.catalog.app.parts import Parts, Status
from support.systems.catalog.app.rejection import KeyRejection

log = structlog.get_logger()


class ProviderContact:
    def __init__(self, parts: Parts, rejection: KeyRejection, cooldown: Cooldown, cache: Cache) -> None:
        self._parts = parts
        self._rejection = rejection
        self._cooldown = cooldown
        self._cache = cache

    async def record(self, fetched: Fetched | None, error: RefreshError | None, *, only_some: bool) -> None:
        """*fetched* is None when the list of groups was not given; *only_some* says that it was not requested."""
        content = fetched is not None and bool(fetched.content)
        rejected = error if fetched is None and error and error.kind is ErrorKind.UNAUTHORISED else None
        if fetched is not None:
            rejected = fetched.rejected()
        # the provider gave the list of groups, or at least one group
        accepted = not rejected and fetched is not None and (content or not only_some)
        if content:
            self._parts.record("provider", Status.UP, f"some groups fail: {error}" if error else None)
        else:
            self._parts.record("provider", Status.UNAUTHORISED if rejected else Status.DOWN, str(rejected or error))
        if rejected:
            self._rejection.rejected(str(rejected), wholly=not content and not only_some)
        if accepted:
            self._rejection.accepted()
        if wait_s := self._cooldown.remaining_s():
            try:
                await self._cache.share_cooldown(wait_s)
            except CacheError as unshared:
                log.warning("cooldown.not_shared", reason=str(unshared))
        elif accepted:
            self._cooldown.accepted()
