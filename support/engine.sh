# A container engine for as long as a script lasts. Sourced from the checkout's root by a script that says
# `trap engine_down EXIT` and calls engine_up. An engine that answers already is used and let be. Where none does, root gets one:
# installed on Debian and Ubuntu if it is missing, started by hand, with its socket and all its data in a folder of its own.
# It ends with the script, also when that is killed; what a killed one left in its folder is cleared by the next.

. support/setup.sh

engine_trouble= # why there is none, in one sentence
engine_pid=
engine_home=

engine_up() { # succeeds when an engine answers, which DOCKER_HOST then names; else engine_trouble says why not
    if engine_answers; then
        echo "the container engine that runs here is used"
        return
    fi
    if [ "$(id -u)" != 0 ]; then
        engine_trouble="no container engine answers, and only root can start one"
        return 1
    fi
    if pgrep -x dockerd >/dev/null 2>&1; then # a second one would take the first one's network rules away
        engine_trouble="a container engine runs here but does not answer at its usual place; say in DOCKER_HOST where it does"
        return 1
    fi
    if ! command -v dockerd >/dev/null && ! (install_packages docker.io); then
        engine_trouble="there is no container engine, and none could be installed"
        return 1
    fi
    engine_sweep
    local began=$SECONDS
    engine_home=$(mktemp -d "${TMPDIR:-/tmp}/holdfast-engine.XXXXXX")
    exec 8>"$engine_home/lock"
    flock 8
    ip link show docker0 >/dev/null 2>&1 || touch "$engine_home/bridge-is-ours"
    setpriv --pdeathsig TERM dockerd --data-root "$engine_home/data" --exec-root "$engine_home/exec" \
        --pidfile "$engine_home/pid" --host "unix://$engine_home/socket" >"$engine_home/log" 2>&1 8>&- &
    engine_pid=$!
    export DOCKER_HOST=unix://$engine_home/socket
    until engine_answers; do
        if ! kill -0 "$engine_pid" 2>/dev/null || [ $((SECONDS - began)) -ge 60 ]; then
            engine_trouble="a container engine cannot be started on this machine: $(
                grep -o 'failed to start daemon.*' "$engine_home/log" || tail -n 1 "$engine_home/log"
            )"
            engine_down
            return 1
        fi
    done
    echo "a container engine was started in $((SECONDS - began)) s"
}

engine_down() { # ends the engine that engine_up started, and removes all that it held
    [ -n "$engine_home" ] || return 0
    kill -TERM "$engine_pid" 2>/dev/null # it stops its containers, then itself
    timeout 30 tail --pid="$engine_pid" -f /dev/null || kill -KILL "$engine_pid" 2>/dev/null
    wait "$engine_pid" 2>/dev/null
    exec 8>&-
    engine_clear "$engine_home"
    engine_home=
    unset DOCKER_HOST
}

engine_sweep() { # clears what killed scripts have left; one that lives holds its lock
    local home
    for home in "${TMPDIR:-/tmp}"/holdfast-engine.*/; do
        [ -e "$home/lock" ] && flock --nonblock "$home/lock" true || continue
        engine_clear "${home%/}"
    done
}

engine_clear() { # folder of an engine
    local mounted
    while read -r _ mounted _; do # the newest first
        case "$mounted" in "$1"/*) umount --lazy "$mounted" ;; esac
    done < <(tac /proc/self/mounts)
    [ ! -e "$1/bridge-is-ours" ] || ip link delete docker0 2>/dev/null
    rm -rf "${1:?}"
}

engine_answers() {
    .venv/bin/python -c 'from support.environments.images.engine import engine; engine()' >/dev/null 2>&1
}
