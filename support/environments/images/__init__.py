"""Builds the images that the topologies name on this machine, for use without a registry.

`./accept images` builds them from Debian's packages and our own code, under the names that the topologies use, and
prints what each of them contains. An image from a registry is left unchanged, and one that is up to date is not rebuilt.
It needs root, a container engine, `debootstrap`, Debian's packages and PyPI (or mirrors, as configured for apt and pip here).

| name | content |
|---|---|
| `postgres:15` | Debian 12's PostgreSQL 15; scripts in `/docker-entrypoint-initdb.d` are not run; no volume is declared |
| `redis:7` | Debian 12's Redis 7.0; no volume is declared |
| `python:3.11-slim-bookworm` | Debian 12's Python 3.11, with the wheels that our images need |
| `ghcr.io/shopify/toxiproxy:2.12.0` | Toxiproxy 2.12.0, built from its Go module; without Go, our own fault proxy |
| `holdfast/...` | built from this checkout, by the Dockerfiles that the topologies name |

`recipes` describes the images, `build` builds the missing and outdated ones; `base`, `wheels` and `toxiproxy` fetch their content.
A system adds its own in `support/systems/<system>/images`.
"""
