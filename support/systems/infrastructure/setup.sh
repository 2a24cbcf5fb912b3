# What the clusters need on a machine. Sourced by support/setup.sh, which explains these functions.

etcd=support/systems/infrastructure/programs/etcd
kafka=support/systems/infrastructure/programs/kafka

infrastructure_optional_packages() {
    command -v redis-server >/dev/null || echo redis-server
    command -v etcd >/dev/null || echo etcd-server
    command -v mariadbd >/dev/null || echo mariadb-server
    command -v java >/dev/null || echo default-jre-headless
    [ -e "$kafka/libs/.ready" ] || command -v mvn >/dev/null || echo maven
    command -v ip >/dev/null || echo iproute2
    command -v nft >/dev/null || echo nftables
}

infrastructure_builds() { # without Maven or Go, the scenarios that need the program are N/A or use Debian's
    ! command -v mvn >/dev/null || [ "$(cat "$kafka/libs/.ready" 2>/dev/null)" = "$(kafka_stamp)" ] || echo fetch_kafka
    ! command -v go >/dev/null || [ "$(cat "$etcd/bin/.ready" 2>/dev/null)" = "$(etcd_stamp)" ] || echo build_etcd
}

kafka_stamp() {
    sha256sum <"$kafka/pom.xml"
}

etcd_stamp() {
    cat "$etcd/go.sum" "$etcd"/*/main.go | sha256sum
}

fetch_kafka() {
    local plugin=org.apache.maven.plugins:maven-dependency-plugin:3.8.1
    local fetch=(mvn -B -f "$kafka" "$plugin:copy-dependencies" -DincludeScope=runtime -DoutputDirectory=libs)
    echo "fetching the Kafka broker ..."
    rm -rf "${kafka:?}/libs"
    if "${fetch[@]}" -q >/dev/null 2>&1; then
        kafka_stamp >"$kafka/libs/.ready"
    else
        echo "the Kafka broker could not be fetched; see the output of: ${fetch[*]}" >&2
    fi
}

build_etcd() { # newer than Debian's
    local build=(go build -C "$etcd" -buildvcs=false -trimpath -ldflags=-s -o bin.part/ ./...)
    echo "building etcd ..."
    rm -rf "${etcd:?}/bin" "${etcd:?}/bin.part"
    if CGO_ENABLED=0 timeout 300 "${build[@]}" >/dev/null 2>&1; then
        etcd_stamp >"$etcd/bin.part/.ready"
        mv "$etcd/bin.part" "$etcd/bin"
    else
        echo "etcd could not be built, so Debian's is used; see the output of: ${build[*]}" >&2
    fi
}
