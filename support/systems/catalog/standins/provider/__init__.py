"""A stand-in for the provider: eSIM Go's catalogue API v2.4, scripted by bundle group and by request count.

`script` says how it is told to misbehave, `control` is the client for that; `python -m support.systems.catalog.standins.provider`
runs it.
"""
