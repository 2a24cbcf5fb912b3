# What the suite's own checks need on a machine: they break the catalog. Sourced by support/setup.sh, which explains these functions.

harness_packages() {
    catalog_packages
}
