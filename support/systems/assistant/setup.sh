# What the assistant needs on a machine. Sourced by support/setup.sh, which explains this function.

assistant_packages() {
    command -v redis-server >/dev/null || echo redis-server
}
