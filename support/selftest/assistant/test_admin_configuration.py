"""The administration as its users see it: versions, refusals with remedies, migrations, the trail of it all."""

import json

import pytest
from starlette.testclient import TestClient

from support.systems.assistant.app.admin_configuration import AdminConfiguration
from support.systems.assistant.app.audit import Audit
from support.systems.assistant.app.configuration_store import ConfigurationStore
from support.systems.assistant.app.environment_detection import detect
from support.systems.assistant.app.keys import KeyRing
from support.systems.assistant.app.starting_configuration import Sources
from support.systems.assistant.app.web import make_app


@pytest.fixture
def admin(tmp_path):
    variables = {"ENVIRONMENT": "staging"}
    audit = Audit(tmp_path)
    store = ConfigurationStore(Sources(tmp_path, variables=variables), audit, lambda _: None)
    routes = AdminConfiguration(store, audit, detect(variables)).routes
    app = make_app(routes, KeyRing({}), KeyRing({"ana": "a1", "ben": "b1"}))
    return TestClient(app, base_url="http://service/v1/admin/", headers={"X-API-Key": "a1"})


def fields(answer):
    assert set(answer.json()) == {"error", "message", "request_id", "errors"}
    return [wrong["field"] for wrong in answer.json()["errors"]]


def test_the_configuration_is_shown_with_its_version(admin):
    answer = admin.get("configuration")
    body = answer.json()
    assert answer.headers["ETag"] == '"1"'
    assert (body["version"], body["preset"], body["configuration"]) == (1, "production", {})
    assert body["effective"]["qa"]["strategy"] == "critical"
    assert set(body["effective"]["qa"]) == {"strategy", "prompt", "retry", "breaker", "bulkhead"}


def test_a_change_is_for_the_version_that_was_read(admin):
    tag = admin.get("configuration").headers["ETag"]
    first = admin.put("configuration", json={"preset": "simple"}, headers={"If-Match": tag})
    assert (first.status_code, first.headers["ETag"], first.json()["preset"]) == (200, '"2"', "simple")
    second = admin.put("configuration", json={"preset": "development"}, headers={"If-Match": tag})
    assert (second.status_code, second.json()["error"]) == (412, "other_version")
    assert admin.get("configuration").json()["preset"] == "simple"


@pytest.mark.parametrize("tag", ['"x"', 'W/"1"', '"1", "2"', "²"])
def test_a_version_that_cannot_be_ours_does_not_match(admin, tag):
    answer = admin.put("configuration", json={}, headers={"If-Match": tag.encode()})
    assert answer.status_code == 412


def test_a_refusal_names_all_mistakes_and_changes_nothing(admin):
    wrong = {"preset": "prod", "default": {"retry": {"attempts": 99}}, "password": "p4ss"}
    answer = admin.put("configuration", json=wrong)
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid_configuration")
    assert set(fields(answer)) == {"preset", "default.retry.attempts", "password"}
    assert "p4ss" not in answer.text
    assert admin.get("configuration").headers["ETag"] == '"1"'


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 400), (b'{"a": NaN}', 400), (b" " * 100_001, 413), (b'{"a":' * 40_000, 413)],
)
@pytest.mark.parametrize("path", ["configuration", "operations/qa"])
def test_a_body_that_is_no_object_is_refused_before_anything_else(admin, path, body, status):
    assert admin.put(path, content=body).status_code == status


def test_a_body_that_is_nested_too_deeply_is_refused(admin):
    assert fields(admin.put("configuration", content=b'{"a":' * 15_000)) == ["configuration"]


def test_validation_tells_mistakes_and_warnings_and_applies_nothing(admin):
    right = {"operations": {"qa": {"breaker": {"minimum_calls": 2}}}}
    body = admin.post("configuration/validate", json=right).json()
    assert (body["valid"], body["errors"]) == (True, [])
    assert [warning["field"] for warning in body["warnings"]] == ["operations.qa.breaker.minimum_calls"]
    body = admin.post("configuration/validate", json={"x": 1}).json()
    assert (body["valid"], [wrong["field"] for wrong in body["errors"]]) == (False, ["x"])
    assert admin.get("configuration").headers["ETag"] == '"1"'


def test_an_operation_is_registered_tuned_and_removed(admin):
    assert fields(admin.put("operations/translate", json={})) == ["operations.translate.prompt"]
    admin.put("operations/translate", json={"prompt": "Translate.", "strategy": "aggressive"})
    tuned = admin.put("operations/translate", json={"prompt": "Translate.", "retry": {"attempts": 4}})
    assert tuned.json()["effective"]["translate"]["retry"]["attempts"] == 4
    assert "translate" not in admin.delete("operations/translate").json()["effective"]
    assert admin.delete("operations/translate").status_code == 404
    assert fields(admin.put("operations/Bad-Name", json={"prompt": "x"})) == ["operations.Bad-Name"]


def test_a_preset_drops_other_settings(admin):
    admin.put("operations/qa", json={"retry": {"attempts": 4}})
    body = admin.post("presets/development/apply").json()
    assert (body["configuration"], body["effective"]["qa"]["retry"]["attempts"]) == ({"preset": "development"}, 2)
    assert set(admin.get("presets").json()["presets"]) == {"simple", "development", "production"}
    assert admin.post("presets/prod/apply").status_code == 404


def test_the_environment_is_told_with_its_reason(admin):
    found = admin.get("environment").json()
    assert found == {
        "environment": "staging",
        "confidence": 0.95,
        "reason": "ENVIRONMENT is staging.",
        "preset": "production",
    }


def test_a_migration_is_shown_first_and_applied_when_asked_for(admin):
    variables = {"RETRY_MAX_ATTEMPTS": "4", "QA_RESILIENCE_STRATEGY": "critical"}
    shown = admin.post("migrations", json={"variables": variables}).json()
    assert (shown["applied"], shown["version"], shown["check"]["same"]) == (False, 1, True)
    applied = admin.post("migrations", json={"variables": variables, "apply": True}).json()
    assert (applied["applied"], applied["version"], applied["configuration"]) == (True, 2, shown["configuration"])
    effective = admin.get("configuration").json()["effective"]
    assert (effective["qa"]["strategy"], effective["summarize"]["retry"]["attempts"]) == ("critical", 4)
    kinds = [(entry["kind"], entry.get("applied")) for entry in admin.get("audit").json()["entries"]]
    assert kinds[1:] == [("migration", False), ("configuration", None), ("migration", True)]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, ["variables"]),
        ({"variables": []}, ["variables"]),
        (
            {"variables": {"RETRY_MAX_ATTEMPTS": 4}, "apply": "yes", "x": 1},
            ["x", "apply", "variables.RETRY_MAX_ATTEMPTS"],
        ),
        ({"variables": {f"A{n}": "" for n in range(101)}}, ["variables"]),
    ],
)
def test_a_migration_of_something_else_is_refused(admin, body, wrong):
    assert fields(admin.post("migrations", json=body)) == wrong


def test_the_trail_says_who_changed_what(admin):
    admin.put("configuration", json={"preset": "simple"})
    admin.put("configuration", json={"preset": "development"}, headers={"X-API-Key": "b1"})
    trail = admin.get("audit", params={"kind": "configuration", "limit": 2}).json()
    assert [(entry["who"], entry["after"]["preset"]) for entry in trail["entries"]] == [
        ("ana", "simple"),
        ("ben", "development"),
    ]
    assert (trail["intact"], trail["broken_at"]) == (True, None)


def test_a_trail_that_was_tampered_with_says_where(admin, tmp_path):
    admin.put("configuration", json={"preset": "simple"})
    path = tmp_path / "audit.jsonl"
    path.write_text(path.read_text().replace('"who":"ana"', '"who":"ben"'))
    trail = admin.get("audit").json()
    assert (trail["intact"], trail["broken_at"]) == (False, 2)


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "limit=%C2%B2", "colour=red"])
def test_a_query_out_of_range_is_refused(admin, query):
    assert fields(admin.get(f"audit?{query}")) == [query.partition("=")[0]]


def test_another_method_is_refused_with_those_that_are_allowed(admin):
    answer = admin.post("configuration", json={})
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "PUT"}


def test_a_migration_that_is_in_force_is_told_even_if_its_line_cannot_be_written(admin, monkeypatch):
    record = Audit.record

    def full(self, kind, *more, **facts):
        if kind == "migration":
            raise OSError("no space")
        record(self, kind, *more, **facts)

    monkeypatch.setattr(Audit, "record", full)
    wanted = {"variables": {"RETRY_MAX_ATTEMPTS": "4"}}
    assert admin.post("migrations", json=wanted).status_code == 503
    applied = admin.post("migrations", json={**wanted, "apply": True})
    assert (applied.status_code, applied.json()["applied"], applied.json()["version"]) == (200, True, 2)


def test_a_change_that_cannot_be_stored_is_told_and_not_applied(admin, tmp_path):
    (tmp_path / "configuration.json.new").mkdir()
    answer = admin.put("configuration", json={"preset": "simple"})
    assert (answer.status_code, answer.json()["error"]) == (503, "not_stored")
    assert str(tmp_path) not in json.dumps(answer.json())
    assert admin.get("configuration").headers["ETag"] == '"1"'
