# What the suite's own checks need on a machine: they run the catalog. Sourced by support/setup.sh, which explains this function.

harness_packages() {
    catalog_packages
}
