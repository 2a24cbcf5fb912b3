"""Words (typed placeholders) of the catalog's sentences."""

from decimal import Decimal

from support.behave_runtime.gherkin import word


@word("Money", r"\d+\.\d{2,3} EUR")
def money(text: str) -> Decimal:
    return Decimal(text.removesuffix(" EUR"))


SOURCES = {
    "provider": "provider",
    "saved copy": "cache",
    "backup": "backup",
}  # the word in features: the value in the API


@word("Source", "|".join(SOURCES))
def source(text: str) -> str:
    return SOURCES[text]


@word("StatusPart", "|".join((*SOURCES, "database")))
def status_part(text: str) -> str:
    """A part of the service, as its status page names it."""
    return SOURCES.get(text, text)
