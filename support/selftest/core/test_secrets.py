"""Secrets in settings are recognised, and masked in whatever was written."""

import json

import pytest

from support.core import secrets
from support.core.secrets import mask_files, masked, note_secrets


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    monkeypatch.setattr(secrets, "_known", set())


@pytest.mark.parametrize(
    ("given", "secret"),
    [
        ("root:s3cret-canary@127.0.0.1:3306", "s3cret-canary"),
        ("root:s3c@ret/canary@tcp(127.0.0.1:3306)/db", "s3c@ret/canary"),
        ("redis://:s3cret-canary@127.0.0.1", "s3cret-canary"),
        ("postgresql+psycopg://ana:s3cret%40canary@h/db", "s3cret@canary"),
        ("postgresql://ana@h/db?password=s3cret-canary&sslmode=off", "s3cret-canary"),
        ("env CATALOG_DATABASE_URL=postgresql://u:s3cret-canary@h ./start", "s3cret-canary"),
        ("env API_TOKEN=canary ./start", "canary"),
        ("./start --password canary --port 1", "canary"),
        ("./start --api-key=canary", "canary"),
        ("sh -c 'DB_PASS=s3cret-canary exec ./start'", "s3cret-canary"),
        ("env WHATEVER=zx81canary ./start", "zx81canary"),
        ("env TOKEN='with blank \"quoted\" ü' ./start", 'with blank "quoted" ü'),
    ],
)
def test_a_secret_is_recognised(given, secret):
    note_secrets(given)

    assert secret not in masked(f"log in with password={secret}, please")
    assert secret not in masked(given)
    for written in (json.dumps({"seen": f"={secret}"}), json.dumps({"seen": f"={secret}"}, ensure_ascii=False)):
        assert json.loads(masked(written)) == {"seen": "=***"}


@pytest.mark.parametrize(
    "given",
    [
        "http://127.0.0.1:9000/v2.4",
        "registry.example/catalog:1.2.3-beta@sha256:0123",
        "catalog:1.2.3-beta@sha256:0123",
        "python -m support.systems.catalog.app --port 8080",
        "embedded",
    ],
)
def test_what_is_no_secret_stays(given):
    note_secrets(given)

    assert masked(given) == given
    assert not secrets._known


def test_a_common_word_is_masked_only_where_a_secret_stands():
    note_secrets("root:root@127.0.0.1")

    assert masked("mysql://root:root@h: /root has no password=root") == "mysql://root:***@h: /root has no password=***"


def test_every_file_is_masked_in_place(tmp_path):
    note_secrets("root:s3cret-canary@h")
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "part.log").write_bytes(b"\xff login s3cret-canary ok\n")
    (tmp_path / "sound.txt").write_text("nothing")

    mask_files(tmp_path)

    assert (tmp_path / "logs" / "part.log").read_bytes() == b"\xff login *** ok\n"
    assert (tmp_path / "sound.txt").read_text() == "nothing"
