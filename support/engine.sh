# Provides a container engine while a script runs. Sourced from the checkout's root by a script that sets `trap engine_down EXIT`
# and calls engine_up. A running engine is used and left unchanged. If there is none, root gets a new one: it is installed on
# Debian and Ubuntu if it is missing, and started with its socket and all its data in a folder of its own. It stops with the
# script, also if that is killed; the next script removes the folder that a killed one has left. What it added to the packet filter
# is taken out again.

. support/setup.sh
. support/engine_rules.sh

engine_error= # why there is no engine, in one sentence
engine_pid=
engine_home=

engine_up() { # succeeds if an engine answers, at DOCKER_HOST; otherwise sets engine_error
    if engine_answers; then
        echo "using the container engine that is running"
        return
    fi
    if [ "$(id -u)" != 0 ]; then
        engine_error="no container engine answers, and only root can start one"
        return 1
    fi
    if pgrep -x dockerd >/dev/null 2>&1; then # a second engine would remove the network rules of the first
        engine_error="a container engine is running but does not answer at its default address; set DOCKER_HOST to its address"
        return 1
    fi
    if ! command -v dockerd >/dev/null && ! (install_packages docker.io); then
        engine_error="there is no container engine, and none could be installed"
        return 1
    fi
    engine_sweep
    local started=$SECONDS
    engine_home=$(mktemp -d "${TMPDIR:-/tmp}/holdfast-engine.XXXXXX")
    exec 8>"$engine_home/lock"
    flock 8
    ip link show docker0 >/dev/null 2>&1 || touch "$engine_home/bridge-created"
    rules_note "$engine_home"
    setpriv --pdeathsig TERM dockerd --data-root "$engine_home/data" --exec-root "$engine_home/exec" \
        --pidfile "$engine_home/pid" --host "unix://$engine_home/socket" >"$engine_home/log" 2>&1 8>&- &
    engine_pid=$!
    export DOCKER_HOST=unix://$engine_home/socket
    until engine_answers; do
        if ! kill -0 "$engine_pid" 2>/dev/null || [ $((SECONDS - started)) -ge 60 ]; then
            engine_error="a container engine cannot be started on this machine: $(
                grep -o 'failed to start daemon.*' "$engine_home/log" || tail -n 1 "$engine_home/log"
            )"
            engine_down
            return 1
        fi
    done
    echo "a container engine was started in $((SECONDS - started)) s"
}

engine_down() { # stops the engine that engine_up started, and removes all its data
    [ -n "$engine_home" ] || return 0
    kill -TERM "$engine_pid" 2>/dev/null # it stops its containers first
    timeout 30 tail --pid="$engine_pid" -f /dev/null || kill -KILL "$engine_pid" 2>/dev/null
    wait "$engine_pid" 2>/dev/null
    exec 8>&-
    engine_clear "$engine_home"
    engine_home=
    unset DOCKER_HOST
}

engine_sweep() { # removes the folders of killed scripts; a running script holds the lock of its folder
    local home
    for home in "${TMPDIR:-/tmp}"/holdfast-engine.*/; do
        [ -e "$home/lock" ] && flock --nonblock "$home/lock" true || continue
        engine_clear "${home%/}"
    done
}

engine_clear() { # folder of an engine: unmount and remove it
    local mounted
    while read -r _ mounted _; do # newest first
        case "$mounted" in "$1"/*) umount --lazy "$mounted" ;; esac
    done < <(tac /proc/self/mounts)
    [ ! -e "$1/bridge-created" ] || ip link delete docker0 2>/dev/null
    rules_restore "$1"
    rm -rf "${1:?}"
}

engine_answers() {
    .venv/bin/python -c 'from support.environments.images.engine import engine; engine()' >/dev/null 2>&1
}
