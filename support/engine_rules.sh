# The packet filter's rules that a container engine makes and leaves behind when it stops: they would cut off whatever else forwards
# on this machine. Sourced by support/engine.sh, which calls rules_note before it starts an engine and rules_restore after that.

rules_of_engine='DOCKER|docker0|br-[0-9a-f]{12}' # what marks a rule, or a chain, as the engine's
forwarding=/proc/sys/net/ipv4/ip_forward

rules_note() { # folder: keeps what there is now
    local tool
    for tool in iptables ip6tables; do
        ! command -v "$tool-save" >/dev/null || "$tool-save" >"$1/$tool.before" 2>/dev/null
    done
    ! command -v nft >/dev/null || nft list tables >"$1/tables.before" 2>/dev/null
    cat "$forwarding" >"$1/ip_forward.before" 2>/dev/null
}

rules_restore() { # folder of rules_note: takes away what the engine added, and leaves what others changed meanwhile
    local tool table policy
    for tool in iptables ip6tables; do
        [ -e "$1/$tool.before" ] && ! grep -q DOCKER "$1/$tool.before" || continue # an engine's rules were there before
        policy=$(sed -n 's/^:FORWARD \([A-Z]*\) .*/\1/p' <(sed -n '/^\*filter/,/^COMMIT/p' "$1/$tool.before"))
        "$tool-save" 2>/dev/null | grep -Ev "$rules_of_engine" |
            sed "/^\*filter/,/^COMMIT/s/^:FORWARD [A-Z]* /:FORWARD ${policy:-ACCEPT} /" | "$tool-restore" 2>/dev/null
    done
    if [ -e "$1/tables.before" ]; then
        while read -r table; do # "table ip filter": one that is new and without a rule
            grep -qxF "$table" "$1/tables.before" || nft list "$table" 2>/dev/null | rules_in_table || nft delete "$table"
        done < <(nft list tables 2>/dev/null | grep -E '^table ip6? (filter|nat|raw|mangle|docker-bridges)$')
    fi
    [ ! -s "$1/ip_forward.before" ] || cat "$1/ip_forward.before" >"$forwarding" 2>/dev/null
}

rules_in_table() { # whether the table on stdin has a rule
    grep -Evq '^(table|[[:space:]]*chain|[[:space:]]*type|[[:space:]]*}|}|#|[[:space:]]*$)'
}
