"""Travel bundles in the provider's JSON shape (eSIM Go API v2.4, `GET /catalogue`).

`price` is in the organisation's currency, `dataAmount` in MB, `duration` in days.
"""

import re
import zlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

Bundle = dict[str, Any]

STANDARD = "Standard Fixed"

_COUNTRIES = {
    iso: {"name": name, "region": region, "iso": iso}
    for iso, name, region in (
        ("DE", "Germany", "Europe"),
        ("ES", "Spain", "Europe"),
        ("FR", "France", "Europe"),
        ("IT", "Italy", "Europe"),
        ("PT", "Portugal", "Europe"),
        ("TR", "Turkey", "Europe"),
        ("JP", "Japan", "Asia"),
        ("SG", "Singapore", "Asia"),
        ("TH", "Thailand", "Asia"),
        ("AE", "United Arab Emirates", "Middle East"),
        ("US", "United States", "North America"),
        ("CA", "Canada", "North America"),
        ("AU", "Australia", "Oceania"),
    )
}
_REGIONS = {
    "Europe": ("EU", ("DE", "ES", "FR", "IT", "PT")),
    "Asia": ("AS", ("JP", "SG", "TH")),
    "North America": ("NA", ("US", "CA")),
    "Global": ("GL", ("US", "DE", "JP", "AU")),
}
_PLACES = {name: (code, [_COUNTRIES[iso] for iso in members]) for name, (code, members) in _REGIONS.items()} | {
    country["name"]: (iso, [country]) for iso, country in _COUNTRIES.items()
}
_PLACE_AND_SIZE = re.compile(r"(?P<place>.+) (?P<size>\d+) GB")


def bundle(
    description: str = "Europe 5 GB",
    *,
    price: Decimal = Decimal("19.00"),
    group: str = STANDARD,
    duration: int = 30,
    **overrides: Any,
) -> Bundle:
    """Return one bundle. "<place> <n> GB" gives name, countries and data amount; *overrides* win."""
    fits = _PLACE_AND_SIZE.fullmatch(description)
    place, size = (fits["place"], int(fits["size"])) if fits else (description, 1)
    code, countries = _PLACES.get(place) or _invented(place)
    return {
        "name": f"esim_{code}_{size}GB_{duration}D_V2" if fits else f"esim_{code}_V2",
        "description": description,
        "groups": [group],
        "countries": countries,
        "dataAmount": size * 1000,
        "duration": duration,
        "speed": ["4G", "5G"],
        "autostart": True,
        "unlimited": False,
        "roamingEnabled": [],
        "price": float(price),
        **overrides,
    }


def bundles(count: int, group: str = STANDARD, seed: int = 1, *, price: Decimal = Decimal("19.00")) -> Iterator[Bundle]:
    """Yield *count* bundles with different names; place, size and duration depend on *seed*."""
    places, sizes, durations = tuple(_PLACES), (1, 2, 3, 5, 10, 20), (7, 15, 30)
    for number in range(1, count + 1):
        draw = zlib.crc32(f"{seed}/{group}/{number}".encode())
        place = places[draw % len(places)]
        size = sizes[draw // 100 % len(sizes)]
        duration = durations[draw // 10_000 % len(durations)]
        name = f"esim_{_PLACES[place][0]}_{size}GB_{duration}D_{_letters(group)}{number}_V2"
        yield bundle(f"{place} {size} GB", price=price, group=group, duration=duration, name=name)


def _invented(place: str) -> tuple[str, list[dict[str, str]]]:
    """A code for an unknown place, with the country code ZZ, which is reserved for private use."""
    return _letters(place), [{"name": place, "region": "Global", "iso": "ZZ"}]


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text)
