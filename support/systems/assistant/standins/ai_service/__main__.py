"""Run the AI service's stand-in: `python -m support.systems.assistant.standins.ai_service --port 0`.

Prints "ready on host:port".
"""

from support.standins.serving import arguments, serve
from support.systems.assistant.standins.ai_service.standin import AiServiceStandIn


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--key", default="ai-key", help="the key that is accepted as a bearer token")
    options = parser.parse_args()
    serve(AiServiceStandIn(options.key, options.seed), options.host, options.port)


main()
