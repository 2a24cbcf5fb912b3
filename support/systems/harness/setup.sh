# What the suite's own checks need on a machine: they run the catalog. Sourced by support/setup.sh, which explains these functions.

harness_packages() {
    catalog_packages
}

harness_optional_packages() { # Ubuntu's packages of the browser are no packages but hints at another store
    command -v chromedriver >/dev/null || ! grep -qx 'ID=debian' /etc/os-release || echo chromium-driver
}
