"""The connection below a WebSocket, so that a peer that does not read can neither delay its own end nor the server's."""

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

CLOSED_WITHIN_S = 30.0  # from a close frame: whoever wakes up before still reads what came before it, and the code
GONE_WITHIN_S = 1.0  # after the last ping was not answered, and when the server stops


class Connection(WebSocketsSansIOProtocol):
    """uvicorn's protocol waits before each frame, also the close frame, until its peer has read what was sent before."""

    async def send(self, message: ASGISendEvent) -> None:
        if message["type"] == "websocket.close":
            self.writable.set()  # the close frame goes behind what waits
            self._abort_in(CLOSED_WITHIN_S)
        await super().send(message)

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._abort_in(GONE_WITHIN_S)

    def shutdown(self) -> None:
        super().shutdown()
        self._abort_in(GONE_WITHIN_S)

    def _abort_in(self, delay_s: float) -> None:
        self.loop.call_later(delay_s, self.transport.abort)
