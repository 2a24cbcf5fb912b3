"""What a user's machine carries stays outside."""

import os

import pytest

from support.core import environment
from support.core.environment import environment_of_part, set_users_environment_aside, users_environment

FOREIGN = {
    "PGHOSTADDR": "192.0.2.1",
    "PGOPTIONS": "-c default_transaction_read_only=on",
    "ETCD_NAME": "mine",
    "HTTP_PROXY": "http://192.0.2.1:3128",
    "http_proxy": "http://192.0.2.1:3128",
    "LD_PRELOAD": "",
    "AWS_SECRET_ACCESS_KEY": "canary",
}
OURS = {"HOLDFAST_SEED": "7", "MYSQL_ADDR": "127.0.0.1:1", "CATALOG_DEFECT": "none", "LC_TIME": "C"}


@pytest.fixture
def users(monkeypatch):
    """The user's environment, on a process that is not the tests'."""
    monkeypatch.setattr(os, "environ", {"PATH": "/bin", **FOREIGN, **OURS})
    monkeypatch.setattr(environment, "_set_aside", {})
    return os.environ


def test_the_suite_keeps_only_what_is_listed(users):
    set_users_environment_aside()

    assert users == {"PATH": "/bin", **OURS, "NETRC": os.devnull}


def test_a_process_that_sets_aside_itself_is_given_all_of_it(users):
    set_users_environment_aside()

    assert users_environment().items() >= {"PATH": "/bin", **FOREIGN, **OURS}.items()


def test_a_part_is_given_neither_settings_nor_what_is_foreign(users):
    assert environment_of_part({"PORT": "1"}) == {"PATH": "/bin", "LANG": "C.UTF-8", "PYTHONUTF8": "1", "PORT": "1"}
