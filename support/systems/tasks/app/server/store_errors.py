"""Failures of calls to the store, told apart."""

import httpx
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class StoreError(Exception):
    """A call without a result. *sent*: the store may have executed it, or may do so yet."""

    def __init__(self, reason: str, *, retry_after_s: float = 1.0, sent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after_s = retry_after_s
        self.sent = sent


class StoreRefusedError(StoreError):
    """The store answered with a 4xx *status*: it has not executed the call."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.final = status not in (408, 425, 429)  # the same call would be refused again


def failure_of(error: Exception) -> StoreError:
    """What *error*, which a call of the client has raised, says of the store."""
    match error:
        case UnexpectedResponse(status_code=int(status)) if 400 <= status < 500:
            failure: StoreError = StoreRefusedError(status)
        case ResourceExhaustedResponse():
            failure = StoreRefusedError(429)
        case UnexpectedResponse():
            failure = StoreError(f"status {error.status_code}", sent=True)
        case TimeoutError() | ResponseHandlingException(source=httpx.ReadTimeout() | httpx.WriteTimeout()):
            failure = StoreError("timeout", sent=True)
        case ResponseHandlingException(source=httpx.TransportError() as source):
            refused = isinstance(source, NEVER_SENT)
            failure = StoreError("refused" if refused else "connection lost", sent=not refused)
        case _:
            failure = StoreError("garbled", sent=True)
    return failure
