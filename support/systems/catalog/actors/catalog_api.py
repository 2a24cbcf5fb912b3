"""Client of the catalog's HTTP contract."""

from support.core.http_client import HttpClient, Response

__all__ = ["CatalogApi", "Response", "source_in_words"]


def source_in_words(source: str) -> str:
    """A source that an answer names, as the features call it."""
    return {"cache": "saved copy", "": "no source"}.get(source, source)


class CatalogApi(HttpClient):
    """A system with another interface provides a class with these methods."""

    def bundles(self, query: str = "") -> Response:
        return self.get(f"/bundles{query}")

    def update(self) -> Response:
        return self.call("POST", "/sync")

    def last_update(self) -> Response:
        return self.get("/sync")

    def health(self) -> Response:
        return self.get("/health")

    def metrics(self) -> str:
        return self.get("/metrics").text
