"""Builds the images that docker-compose.yml names on this machine, for use without a registry.

`./accept images` builds them from Debian's packages and our own code, under the names that docker-compose.yml uses, and
prints what each of them contains. An image from a registry is left unchanged, and one that is up to date is not rebuilt.
It needs root, a container engine, `debootstrap`, Debian's packages and PyPI (or mirrors, as configured for apt and pip here).

| name | content |
|---|---|
| `postgres:15` | Debian 12's PostgreSQL 15; scripts in `/docker-entrypoint-initdb.d` are not run; no volume is declared |
| `redis:7` | Debian 12's Redis 7.0; no volume is declared |
| `python:3.11-slim-bookworm` | Debian 12's Python 3.11, with the wheels that our images need |
| `ghcr.io/shopify/toxiproxy:2.12.0` | Toxiproxy 2.12.0, built from its Go module; without Go, our own fault proxy |
| `holdfast/catalog:reference`, `holdfast/standins:reference` | built from their own Dockerfiles |

`recipes` describes the images, `build` builds the missing and outdated ones; `base`, `wheels`, `toxiproxy`, `broker` and
`etcd` fetch their content.
"""
