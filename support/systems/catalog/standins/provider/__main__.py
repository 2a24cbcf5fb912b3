"""Run the provider stand-in: `python -m support.systems.catalog.standins.provider --port 0`. Prints "ready on host:port"."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Mount

from support.standins.serving import arguments, serve
from support.systems.catalog.data.bundles import STANDARD
from support.systems.catalog.standins.provider.api import BASE, ProviderApi
from support.systems.catalog.standins.provider.catalogue import Catalogue, Generation
from support.systems.catalog.standins.provider.control_api import ControlApi, refuse
from support.systems.catalog.standins.provider.standin import StandIn
from support.systems.catalog.standins.provider.wire import WireProtocol


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--key", default="esim-go-key", help="the API key that is accepted")
    parser.add_argument("--seed", type=int, default=1, help="where every draw by chance comes from")
    parser.add_argument("--bundles", type=int, default=0, help="how many it offers until it is told otherwise")
    options = parser.parse_args()
    standin = StandIn(options.key, options.seed)
    if options.bundles:
        try:
            order = Generation({STANDARD: options.bundles})
        except ValueError as trouble:
            parser.error(f"--bundles {options.bundles}: {trouble}")
        standin.catalogue = Catalogue.generated(order, options.seed)
    app = Starlette(
        routes=[ControlApi(standin).mount(), Mount(BASE, app=ProviderApi(standin))],
        exception_handlers={HTTPException: refuse},
    )
    serve(app, options.host, options.port, protocol=WireProtocol, before_stop=standin.release)


main()
