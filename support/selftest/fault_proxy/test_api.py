"""The control API that clients of Toxiproxy use: the same requests to our server and to Toxiproxy's own."""

import pytest
import requests

from support.selftest.fault_proxy.faulty_lines import Line, expect_difference, running, toxiproxy_running

LATENCY = {"type": "latency", "attributes": {"latency": 5}}
LATENCY_SHOWN = {
    "name": "latency_downstream",
    "type": "latency",
    "stream": "downstream",
    "toxicity": 1,
    "attributes": {"latency": 5, "jitter": 0},
}


@pytest.fixture(scope="module", params=[running, toxiproxy_running], ids=["ours", "toxiproxy"])
def server(request):
    with request.param() as server:
        yield server


@pytest.fixture
def ask(server, request):
    """Call the API: method, path, JSON body or bytes -> the response."""
    expect_difference(server, request)

    def ask(method, path, body=None):
        sent = {"data": body} if isinstance(body, bytes) else {"json": body}
        return requests.request(method, f"http://127.0.0.1:{server.port}{path}", timeout=3, **sent)

    return ask


@pytest.fixture
def line(server):
    line = Line(server.api, "line")
    yield line
    line.close()


@pytest.fixture
def path(line):
    return f"/proxies/{line.name}"


def shown(line, **changed):
    return {"name": "line", "listen": line.state.listen, "upstream": line.state.upstream, "enabled": True} | changed


def test_a_proxy_is_made_shown_and_removed(ask):
    wanted = {"name": "new", "listen": "127.0.0.1:0", "upstream": "127.0.0.1:9", "enabled": True}
    made = ask("POST", "/proxies", wanted)
    assert made.status_code == 201
    assert made.json()["listen"] != "127.0.0.1:0"
    assert ask("GET", "/proxies/new").json() == made.json()
    assert ask("GET", "/proxies").json() == {"new": made.json()}
    gone = ask("DELETE", "/proxies/new")
    assert (gone.status_code, gone.content) == (204, b"")
    assert ask("GET", "/proxies").json() == {}


def test_a_proxy_is_disabled_and_gets_another_upstream(ask, line, path):
    assert shown(line).items() <= ask("GET", path).json().items()
    off = ask("POST", path, {"enabled": False})
    assert (off.status_code, off.json()["enabled"]) == (200, False)
    assert off.json()["upstream"] == line.state.upstream
    elsewhere = ask("POST", path, {"upstream": "127.0.0.1:9", "enabled": True}).json()
    assert shown(line, upstream="127.0.0.1:9").items() <= elsewhere.items()


def test_a_toxic_is_added_shown_changed_and_removed(ask, path):
    added = ask("POST", f"{path}/toxics", LATENCY)
    assert (added.status_code, added.json()) == (200, LATENCY_SHOWN)
    one = f"{path}/toxics/latency_downstream"
    assert ask("GET", one).json() == LATENCY_SHOWN
    assert ask("GET", f"{path}/toxics").json() == [LATENCY_SHOWN]
    assert ask("GET", path).json()["toxics"] == [LATENCY_SHOWN]
    changed = ask("POST", one, {"attributes": {"latency": 7}, "toxicity": 0.5}).json()
    assert changed == LATENCY_SHOWN | {"toxicity": 0.5, "attributes": {"latency": 7, "jitter": 0}}
    assert ask("DELETE", one).status_code == 204
    assert ask("GET", f"{path}/toxics").json() == []


@pytest.mark.parametrize("stream", ["upstream", "downstream"])
@pytest.mark.parametrize("kind", ["latency", "bandwidth", "slow_close", "timeout", "reset_peer", "limit_data"])
def test_every_toxic_works_in_either_direction_and_may_have_a_name(ask, path, kind, stream):
    wanted = {"name": "mine", "type": kind, "stream": stream, "toxicity": 0.25, "attributes": {}}
    added = ask("POST", f"{path}/toxics", wanted)
    assert added.status_code == 200
    assert {**wanted, "attributes": added.json()["attributes"]} == added.json()
    assert set(added.json()["attributes"].values()) == {0}


def test_a_reset_enables_everything_and_removes_every_toxic(ask, line, path):
    ask("POST", f"{path}/toxics", LATENCY)
    ask("POST", path, {"enabled": False})
    assert ask("POST", "/reset").status_code == 204
    assert shown(line, toxics=[]).items() <= ask("GET", path).json().items()


def test_populate_creates_missing_proxies_and_leaves_existing_ones_unchanged(ask, line, path):
    ask("POST", f"{path}/toxics", LATENCY)
    other = {"name": "other", "listen": "127.0.0.1:0", "upstream": "127.0.0.1:9"}
    there = {"name": "line", "listen": line.state.listen, "upstream": line.state.upstream}
    made = ask("POST", "/populate", [there, other])
    assert made.status_code == 201
    first, second = made.json()["proxies"]
    assert (first["toxics"], second["name"], second["enabled"]) == ([LATENCY_SHOWN], "other", True)
    ask("DELETE", "/proxies/other")


def test_the_version_is_shown(ask):
    assert ask("GET", "/version").json()["version"] == "2.12.0"


@pytest.mark.parametrize(
    ("method", "place", "body", "status", "error"),
    [
        ("POST", "/proxies", b"nonsense", 400, "bad request body"),
        ("POST", "/proxies", {"upstream": "a:1"}, 400, "missing required field: name"),
        ("POST", "/proxies", {"name": "x"}, 400, "missing required field: upstream"),
        ("POST", "/proxies", {"name": "line", "listen": "127.0.0.1:0", "upstream": "a:1"}, 409, "proxy already exists"),
        ("GET", "/proxies/missing", None, 404, "proxy not found"),
        ("POST", "/proxies/missing", {}, 404, "proxy not found"),
        ("DELETE", "/proxies/missing", None, 404, "proxy not found"),
        ("GET", "/proxies/missing/toxics", None, 404, "proxy not found"),
        ("POST", "/proxies/missing/toxics", LATENCY, 404, "proxy not found"),
        ("POST", "/proxies/line/toxics", b"nonsense", 400, "bad request body"),
        ("POST", "/proxies/line/toxics", {"type": "fog"}, 400, "invalid toxic type"),
        ("POST", "/proxies/line/toxics", LATENCY | {"stream": "both"}, 400, "stream was invalid"),
        ("GET", "/proxies/line/toxics/none", None, 404, "toxic not found"),
        ("POST", "/proxies/line/toxics/none", LATENCY, 404, "toxic not found"),
        ("DELETE", "/proxies/line/toxics/none", None, 404, "toxic not found"),
        ("POST", "/populate", b"nonsense", 400, "bad request body"),
        ("POST", "/populate", [{"upstream": "a:1"}], 400, "missing required field: name at proxy 1"),
    ],
)
@pytest.mark.usefixtures("line")
def test_an_error_has_the_same_status_and_the_same_first_words(ask, method, place, body, status, error):
    refusal = ask(method, place, body)
    assert refusal.status_code == status
    assert refusal.json()["status"] == status
    assert refusal.json()["error"].startswith(error)


def test_the_case_of_field_names_does_not_matter(ask, path):
    off = ask("POST", path, {"Name": "line", "Enabled": False})
    assert (off.status_code, off.json()["enabled"]) == (200, False)
    wanted = {"Name": "mine", "Type": "latency", "Stream": "UpStream", "Attributes": {"Latency": 5}}
    added = ask("POST", f"{path}/toxics", wanted)
    assert (added.status_code, added.json()["stream"].lower()) == (200, "upstream")
    assert added.json()["attributes"] == {"latency": 5, "jitter": 0}


def test_what_a_proxy_shows_can_be_sent_back(ask, path):
    assert ask("POST", path, ask("GET", path).json()).status_code == 200


def test_an_upstream_without_a_host_is_this_machine(ask):
    made = ask("POST", "/proxies", {"name": "short", "listen": "127.0.0.1:0", "upstream": ":9"})
    assert (made.status_code, made.json()["upstream"]) == (201, ":9")
    ask("DELETE", "/proxies/short")


def test_a_comment_may_follow_the_list_of_proxies(ask):
    made = ask("POST", "/populate", b'[{"name": "told", "listen": "127.0.0.1:0", "upstream": "a:1"}] // the shop\n')
    assert (made.status_code, [one["name"] for one in made.json()["proxies"]]) == (201, ["told"])
    ask("DELETE", "/proxies/told")


def test_a_browser_is_refused(server):
    visited = requests.post(
        f"http://127.0.0.1:{server.port}/reset", headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"}, timeout=3
    )
    assert visited.status_code == 403
    assert "User agent not allowed" in visited.text


def test_a_toxic_cannot_be_added_twice(ask, path):
    ask("POST", f"{path}/toxics", LATENCY)
    refusal = ask("POST", f"{path}/toxics", LATENCY)
    assert (refusal.status_code, refusal.json()["status"]) == (409, 409)
    assert refusal.json()["error"].startswith("toxic already exists")


def test_a_taken_port_is_a_server_error(ask, server):
    refusal = ask("POST", "/proxies", {"name": "x", "listen": f"127.0.0.1:{server.port}", "upstream": "a:1"})
    assert refusal.status_code == 500
    assert "address already in use" in refusal.json()["error"].lower()


@pytest.mark.differs("Toxiproxy ignores fields that it does not know")
def test_an_unknown_field_of_a_proxy_is_refused(ask, path):
    refusal = ask("POST", path, {"enable": False})
    assert refusal.status_code == 400
    assert "unknown field of a proxy: 'enable'" in refusal.json()["error"]


@pytest.mark.parametrize(
    "toxic",
    [
        pytest.param(LATENCY | {"toxicity": 2}, id="toxicity of 2"),
        pytest.param(LATENCY | {"attributes": {"latency": -5}}, id="negative latency"),
        pytest.param(LATENCY | {"latency": 5}, id="attribute in the wrong place"),
        pytest.param({"type": "slicer"}, id="slices of 0 bytes"),
    ],
)
@pytest.mark.differs("Toxiproxy accepts values that cannot work")
def test_what_cannot_work_is_refused(ask, path, toxic):
    assert ask("POST", f"{path}/toxics", toxic).status_code == 400
