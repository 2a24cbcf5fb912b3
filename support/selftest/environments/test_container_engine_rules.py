"""What a container engine adds to the packet filter is taken out when the engine stops; what others changed meanwhile stays."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from support.core.checkout import CHECKOUT

SCRIPT = r"""
. support/engine_rules.sh
rules() { iptables-save | grep -v '^#' | sed 's/\[.*\]//'; }
echo 0 >/proc/sys/net/ipv4/ip_forward # a namespace begins with what the machine has, where an engine may be running
iptables -A FORWARD -i lo -j ACCEPT
rules >"$1/rules.before"
rules_note "$1"
iptables -N DOCKER; iptables -N DOCKER-USER; iptables -P FORWARD DROP
iptables -A FORWARD -j DOCKER-USER; iptables -A FORWARD -o docker0 -j DOCKER
iptables -t nat -N DOCKER; iptables -t nat -A POSTROUTING -s 172.18.0.0/16 ! -o br-0123456789ab -j ACCEPT
ip6tables -N DOCKER; ip6tables -P FORWARD DROP
echo 1 >/proc/sys/net/ipv4/ip_forward
rules | grep -q DOCKER && echo 'an engine ran'
iptables -A INPUT -i lo -j ACCEPT
rules_restore "$1"
iptables -D INPUT -i lo -j ACCEPT || echo "what others have added is gone"
rules | sed -n '/^\*filter/,/^COMMIT/p' | grep -v '^:' | diff <(grep -v '^:' "$1/rules.before") -
rules | grep '^:FORWARD'
ip6tables-save | grep -E 'DOCKER|DROP'
cat /proc/sys/net/ipv4/ip_forward
"""


@pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("iptables-save"),
    reason="needs root and iptables, for a network namespace of its own",
)
def test_the_packet_filter_is_as_it_was(tmp_path: Path) -> None:
    done = subprocess.run(
        ["unshare", "--net", "bash", "-c", SCRIPT, "rules", str(tmp_path)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == ["an engine ran", ":FORWARD ACCEPT ", "0"], done.stderr
