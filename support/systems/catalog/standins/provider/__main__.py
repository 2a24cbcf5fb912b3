"""Run the provider's stand-in: `python -m support.systems.catalog.standins.provider --port 0`. Prints "ready on host:port"."""

from support.standins.serving import arguments, serve
from support.systems.catalog.data.bundles import STANDARD
from support.systems.catalog.standins.provider.catalogue import Catalogue, Generation
from support.systems.catalog.standins.provider.standin import ProviderStandIn


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--key", default="esim-go-key", help="the API key that is accepted")
    parser.add_argument("--bundles", type=int, default=0, help="how many it offers at first")
    options = parser.parse_args()
    standin = ProviderStandIn(options.key, options.seed)
    if options.bundles:
        try:
            order = Generation({STANDARD: options.bundles})
        except ValueError as error:
            parser.error(f"--bundles {options.bundles}: {error}")
        standin.catalogue = Catalogue.generated(order, options.seed)
    serve(standin, options.host, options.port)


main()
