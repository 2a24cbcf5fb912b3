# What the catalog needs on a machine. Sourced by support/setup.sh, which explains this function.

catalog_packages() {
    command -v redis-server >/dev/null || echo redis-server
    command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || echo postgresql
}
