"""The provider's API as its customers see it: https://docs.esim-go.com/api/v2_4/ (catalogue and bundle groups).

Errors are `{"message": "..."}`. A wrong key is refused where the provider would have given data.
"""

from collections.abc import Mapping

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from support.standins.control_api import decoded
from support.standins.standin import StandIn
from support.systems.catalog.standins.provider.catalogue import Catalogue, Generation, Replacement
from support.systems.catalog.standins.provider.malformed import (
    MissingFields,
    NotTheEnvelope,
    SomeBundlesCorrupt,
    WrongTypes,
)

BASE = "/v2.4"
DEFAULT_PER_PAGE = "50"

_GROUPS = f"{BASE}/organisation/groups"
_CATALOGUE = f"{BASE}/catalogue"
_BUNDLE = f"{BASE}/catalogue/bundle/"
_MESSAGES = {
    400: "Bad request: page and perPage must be whole numbers from 1",
    401: "Unauthorised: the API key is not valid",
    403: "Forbidden: this organisation has no access",
    404: "Not found",
    405: "Method not allowed",
    429: "Rate limit exceeded",
    500: "Internal server error",
    502: "Bad gateway",
    503: "Processing: please come back later",
}
_REPLACEMENT = '{"groups": {"Standard Fixed": [{"name": "esim_EU_5GB_30D_V2", ...}]}}'
_GENERATION = '{"groups": {"Standard Fixed": 50000}, "price": 19.0}'


class ProviderStandIn(StandIn):
    answers = (WrongTypes, MissingFields, NotTheEnvelope, SomeBundlesCorrupt)

    def __init__(self, api_key: str, seed: int) -> None:
        super().__init__(seed)
        self._api_key = api_key
        self.catalogue = Catalogue()

    def key(self, request: Request, _body: bytes) -> str | None:
        """Return the bundle group of a catalogue request; other requests have none."""
        return request.query_params.get("group") if request.scope["path"] == _CATALOGUE else None

    async def respond(self, request: Request) -> Response:
        if request.headers.get("X-API-Key") != self._api_key:
            return self.error(401)
        if request.method != "GET":
            return self.error(405)
        path, query = request.scope["path"], request.query_params
        if path == _GROUPS:
            return _page(self.catalogue.group_list())
        if path == _CATALOGUE:
            number, size = _whole(query.get("page", "1")), _whole(query.get("perPage", DEFAULT_PER_PAGE))
            if not number or not size:
                return self.error(400)
            return _page(self.catalogue.page(query.get("group"), number, size))
        found = self.catalogue.bundle(path.removeprefix(_BUNDLE)) if path.startswith(_BUNDLE) else None
        return self.error(404) if found is None else _page(found)

    def error(self, status: int, headers: Mapping[str, str] | None = None) -> Response:
        if status not in _MESSAGES:
            return super().error(status, headers)
        return Response(msgspec.json.encode({"message": _MESSAGES[status]}), status, headers, "application/json")

    def control_routes(self) -> list[Route]:
        async def replace(request: Request) -> Response:
            data = await decoded(request, Replacement, _REPLACEMENT)
            try:
                self.catalogue = Catalogue.replaced(data)
            except msgspec.ValidationError as error:
                raise HTTPException(400, f"a bundle must be an object with a name ({error})") from error
            return Response(status_code=204)

        async def generate(request: Request) -> Response:
            self.catalogue = Catalogue.generated(await decoded(request, Generation, _GENERATION), self.seed)
            return Response(status_code=204)

        return [
            Route("/catalogue", replace, methods=["PUT"]),
            Route("/catalogue/generate", generate, methods=["POST"]),
        ]

    def health(self) -> dict[str, object]:
        return {**super().health(), "bundles": len(self.catalogue)}

    def reset(self) -> None:
        self.catalogue = Catalogue()
        super().reset()


def _page(text: bytes) -> Response:
    return Response(text, media_type="application/json")


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() else None
