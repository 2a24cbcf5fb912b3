# Makes a fresh machine ready, and does nothing on one that is. Sourced by ./accept, ./check and support/engine.sh from the
# checkout's root. Sourcing it sets up what every command needs: a virtual environment (.venv) with the pinned dependencies, and
# the Allure report generator if Node.js is installed.
#
# What only one system needs is declared in support/systems/<system>/setup.sh by these functions; each may be left out:
#   <system>_packages           prints the missing Debian packages without which the system cannot run
#   <system>_optional_packages  prints the missing Debian packages without which some of its scenarios are N/A
#   <system>_builds             prints the names of the functions that fetch or build what is missing or outdated
# set_up_systems and set_up_selected_systems act on them.

. support/packages.sh

for name in "${!PYTHON@}"; do # a user's PYTHONPATH, PYTHONSAFEPATH, PYTHONOPTIMIZE ... would change what runs, and so the verdict
    unset "$name"
done
export PYTHONUTF8=1 # whatever the locale says: messages are not all ASCII

for file in support/systems/*/setup.sh; do
    . "$file"
done

find_python() {
    local candidate
    for candidate in python3.11 python3.12 python3.13 python3; do
        if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

general_packages() {
    command -v setpriv >/dev/null || echo util-linux
    [ -n "$(find_python)" ] || echo python3
    [ -x .venv/bin/python ] || "$(find_python)" -c 'import ensurepip' 2>/dev/null || echo python3-venv
}

set_up_python() {
    local stamp
    stamp=$(cat requirements.txt support/setup.sh | sha256sum)
    [ "$(cat .venv/ready 2>/dev/null)" != "$stamp" ] || return 0
    [ -w . ] || refuse "$PWD cannot be written, so nothing can be set up in it; clone it to where you may write"
    echo "setting up .venv ..."
    "$(find_python)" -m venv --clear .venv || # what is no longer required must go: some packages load what they find
        refuse "the virtual environment $PWD/.venv could not be made; the reason is above"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt ||
        refuse "the dependencies could not be installed; see the output of: .venv/bin/python -m pip install -r requirements.txt"
    echo "$stamp" >.venv/ready
}

set_up_report() {
    local home=support/reporting/allure stamp
    command -v npm >/dev/null || return 0 # the run says how to get the report
    stamp=$(sha256sum <"$home/package-lock.json")
    [ "$(cat "$home/node_modules/.ready" 2>/dev/null)" != "$stamp" ] || return 0
    echo "setting up the report generator ..."
    if npm ci --prefix "$home" --silent --no-audit --no-fund >/dev/null; then
        echo "$stamp" >"$home/node_modules/.ready"
    else
        echo "the report generator could not be installed; see the output of: npm ci --prefix $home" >&2
    fi
}

set_up_general() {
    install_missing "$(general_packages)"
    set_up_python
    set_up_report
}

systems_with_needs() {
    local file
    for file in support/systems/*/setup.sh; do
        basename "${file%/setup.sh}"
    done
}

systems_with_a_doctor() { # a system that ./accept doctor can look at has a folder of that look
    local folder
    for folder in support/systems/*/conformance; do
        basename "$(dirname "$folder")"
    done
}

declared() { # kind of need, system ...: what these systems declare, each entry once
    local kind=$1 system
    shift
    for system in "$@"; do
        ! declare -F "${system}_$kind" >/dev/null || "${system}_$kind"
    done | sort -u
}

missing_packages() { # system ...: optional ones only where they can be installed
    declared packages "$@"
    [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || declared optional_packages "$@"
}

install_missing() { # packages, separated by white space
    # shellcheck disable=SC2046  one argument for each package
    [ -z "$1" ] || install_packages $(tr ' ' '\n' <<<"$1" | sort -u)
}

install_and_build() { # system ...
    local build
    install_missing "$(missing_packages "$@")"
    for build in $(declared builds "$@"); do
        "$build"
    done
}

set_up_systems() { # system ...
    one_at_a_time install_and_build "$@"
}

set_up_selected_systems() { # option of ./accept ...: only the systems whose scenarios these options select
    local system selected incomplete='' wanted=()
    for system in $(systems_with_needs); do
        [ -z "$(missing_packages "$system"; declared builds "$system")" ] || incomplete="$incomplete $system"
    done
    [ -n "$incomplete" ] || return 0 # asking for the selection takes a second
    selected=$(.venv/bin/python -m support.gate systems "$@" 2>/dev/null) || return 0 # the run says what is wrong
    for system in $incomplete; do
        ! grep -qx "$system" <<<"$selected" || wanted+=("$system")
    done
    [ ${#wanted[@]} = 0 ] || set_up_systems "${wanted[@]}"
}

one_at_a_time() { # command ...: two starts at the same time set up once
    exec 9<requirements.txt
    flock 9
    "$@"
    exec 9<&-
}

one_at_a_time set_up_general
