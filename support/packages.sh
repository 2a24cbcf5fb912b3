# Sourced by what needs a package of the system.

refuse() { # one sentence, wrong usage
    printf '%s\n' "$1" >&2
    exit 64
}

install_packages() {
    local command="apt-get install -y --no-install-recommends $*"
    command -v apt-get >/dev/null || refuse "these programs are missing: $*; install them with your system's package manager"
    [ "$(id -u)" = 0 ] || refuse "these packages are missing; install them with: sudo $command"
    echo "installing $* ..."
    local policy=/usr/sbin/policy-rc.d ours=
    if [ ! -e "$policy" ]; then # the packages are wanted for their programs; nothing of them is to be started
        printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && ours=yes
    fi
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive $command -qq; } >/dev/null ||
        { [ -z "$ours" ] || rm -f "$policy"; refuse "the packages could not be installed; see what this says: $command"; }
    [ -z "$ours" ] || rm -f "$policy"
}
