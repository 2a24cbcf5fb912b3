# Installs Debian packages. Sourced by support/setup.sh.

refuse() { # message: print it and exit with the status of wrong usage
    printf '%s\n' "$1" >&2
    exit 64
}

install_packages() {
    local command="apt-get install -y --no-install-recommends $*"
    command -v apt-get >/dev/null || refuse "these programs are missing: $*; install them with your system's package manager"
    [ "$(id -u)" = 0 ] || refuse "these packages are missing; install them with: sudo $command"
    echo "installing $* ..."
    local policy=/usr/sbin/policy-rc.d created=
    if [ ! -e "$policy" ]; then # only the programs are needed: no service may be started
        printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && created=yes
    fi
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive $command -qq; } >/dev/null ||
        { [ -z "$created" ] || rm -f "$policy"; refuse "the packages could not be installed; see the output of: $command"; }
    [ -z "$created" ] || rm -f "$policy"
}
