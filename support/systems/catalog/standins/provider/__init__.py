"""The provider's stand-in: eSIM Go's catalogue API v2.4. Rules select its requests by bundle group.

`python -m support.systems.catalog.standins.provider` runs it, `control` is the client for it.
"""
