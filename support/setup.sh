# Makes a fresh machine ready, and does nothing on one that is. Sourced by ./accept and ./check from the checkout's root.
# Installs: a virtual environment (.venv), the pinned dependencies, the Allure report generator where Node is there, etcd where
# Go is there, and, as root on Debian or Ubuntu, the packages of the server programs.

. support/packages.sh

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

missing_packages() {
    command -v redis-server >/dev/null || echo redis-server
    command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || echo postgresql
    command -v setpriv >/dev/null || echo util-linux
    [ -n "$(find_python)" ] || echo python3
    [ -x .venv/bin/python ] || "$(find_python)" -c 'import ensurepip' 2>/dev/null || echo python3-venv
}

missing_cluster_packages() { # without them the scenarios of their clusters are N/A
    command -v etcd >/dev/null || echo etcd-server
    command -v mariadbd >/dev/null || echo mariadb-server
    command -v java >/dev/null || echo default-jre-headless
    [ -e "$kafka/libs/.ready" ] || command -v mvn >/dev/null || echo maven
    command -v ip >/dev/null || echo iproute2
    command -v nft >/dev/null || echo nftables
}

set_up_python() {
    local stamp
    stamp=$(cat requirements.txt support/setup.sh | sha256sum)
    [ "$(cat .venv/ready 2>/dev/null)" != "$stamp" ] || return 0
    echo "setting up .venv ..."
    "$(find_python)" -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt ||
        refuse "the dependencies could not be installed; see what this says: .venv/bin/python -m pip install -r requirements.txt"
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
        echo "the report generator could not be installed; see what this says: npm ci --prefix $home" >&2
    fi
}

set_up_kafka() {
    local stamp fetch="mvn -B -f $kafka $kafka_plugin:copy-dependencies -DincludeScope=runtime -DoutputDirectory=libs"
    command -v mvn >/dev/null || return 0 # the run says how to get the broker
    stamp=$(sha256sum <"$kafka/pom.xml")
    [ "$(cat "$kafka/libs/.ready" 2>/dev/null)" != "$stamp" ] || return 0
    echo "fetching the Kafka broker ..."
    rm -rf "${kafka:?}/libs"
    if $fetch -q >/dev/null 2>&1; then
        echo "$stamp" >"$kafka/libs/.ready"
    else
        echo "the Kafka broker could not be fetched; see what this says: $fetch" >&2
    fi
}

set_up_etcd() { # newer than Debian's
    local stamp build="go build -C $etcd -buildvcs=false -trimpath -ldflags=-s -o bin.part/ ./..."
    command -v go >/dev/null || return 0
    stamp=$(cat "$etcd/go.sum" "$etcd"/*/main.go | sha256sum)
    [ "$(cat "$etcd/bin/.ready" 2>/dev/null)" != "$stamp" ] || return 0
    echo "building etcd ..."
    rm -rf "${etcd:?}/bin" "${etcd:?}/bin.part"
    if CGO_ENABLED=0 timeout 300 $build >/dev/null 2>&1; then
        echo "$stamp" >"$etcd/bin.part/.ready"
        mv "$etcd/bin.part" "$etcd/bin"
    else
        echo "etcd could not be built, and the system's is used; see what this says: $build" >&2
    fi
}

etcd=support/systems/infrastructure/programs/etcd
kafka=support/systems/infrastructure/programs/kafka
kafka_plugin=org.apache.maven.plugins:maven-dependency-plugin:3.8.1
exec 9<requirements.txt
flock 9 # two starts at once set up once
packages=$(missing_packages | sort -u | tr '\n' ' ')
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    packages="$packages$(missing_cluster_packages | sort -u | tr '\n' ' ')"
fi
[ -z "$packages" ] || install_packages $packages
set_up_python
set_up_report
set_up_kafka
set_up_etcd
exec 9<&-
