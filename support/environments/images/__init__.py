"""The images that docker-compose.yml names, built on this machine where no registry can be reached.

`./accept images` makes them from Debian's packages and our own code, under the very names that docker-compose.yml uses, and
prints what stands in for what. An image that came from a registry is let be, and one that is up to date is not built again.
It needs root, a container engine, `debootstrap`, Debian's packages and PyPI (or their mirrors, as apt and pip are set up here).

| name | what it is here |
|---|---|
| `postgres:15` | Debian 12's PostgreSQL 15; scripts of `/docker-entrypoint-initdb.d` are not run, no volume is declared |
| `redis:7` | Debian 12's Redis 7.0; no volume is declared |
| `python:3.11-slim-bookworm` | Debian 12's Python 3.11, with the wheels that our images need instead of a registry |
| `ghcr.io/shopify/toxiproxy:2.12.0` | Toxiproxy 2.12.0 itself, built by its Go module; without Go our own fault proxy |
| `holdfast/catalog:reference`, `holdfast/standins:reference` | the same as anywhere: their Dockerfiles are not touched |

`recipes` says what an image is made of, `build` makes what is missing or stale; `base`, `wheels` and `toxiproxy` fetch what
goes in.
"""
