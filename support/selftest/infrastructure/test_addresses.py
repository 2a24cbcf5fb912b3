"""Addresses of attached services are accepted in the formats of operators, and shown without passwords."""

import pytest

from support.core.errors import UsageError
from support.core.settings import read_settings
from support.systems.infrastructure.addresses import Addresses, read_addresses
from support.systems.infrastructure.settings import InfrastructureSettings


def own(given, environment):
    settings = read_settings(given, {"infrastructure": InfrastructureSettings}, environment)
    return settings.of(InfrastructureSettings)


@pytest.mark.parametrize(
    ("service", "text", "found"),
    [
        ("etcd", "etcd-1:2379,etcd-2:2380", Addresses("ETCD_ADDR", (("etcd-1", 2379), ("etcd-2", 2380)))),
        ("kafka", "localhost", Addresses("KAFKA_ADDR", (("localhost", 9092),))),
        ("redis", "[::1]:6380", Addresses("REDIS_ADDR", (("::1", 6380),))),
        ("redis", ":secret@localhost", Addresses("REDIS_ADDR", (("localhost", 6379),), "", "secret")),
        ("mysql", "ana@db/shop", Addresses("MYSQL_ADDR", (("db", 3306),), "ana")),
        ("mysql", "root:p@ss:w@tcp(db:3307)/im_chat", Addresses("MYSQL_ADDR", (("db", 3307),), "root", "p@ss:w")),
        ("mysql", "root:p/w@tcp(db)/shop?user=a@b", Addresses("MYSQL_ADDR", (("db", 3306),), "root", "p/w")),
        ("mysql", "root:p/w@tcp(db:3307)", Addresses("MYSQL_ADDR", (("db", 3307),), "root", "p/w")),
        ("mysql", "root:p/wü@db", Addresses("MYSQL_ADDR", (("db", 3306),), "root", "p/wü")),
        ("mysql", "mysql://root:p%40ss@db/shop?mail=a@b", Addresses("MYSQL_ADDR", (("db", 3306),), "root", "p@ss")),
        ("redis", "redis://:p%3Aw@cache:6380/0", Addresses("REDIS_ADDR", (("cache", 6380),), "", "p:w")),
        ("redis", "redis://cache", Addresses("REDIS_ADDR", (("cache", 6379),))),
        ("etcd", "http://etcd-1:2379", Addresses("ETCD_ADDR", (("etcd-1", 2379),))),
    ],
)
def test_formats_of_operators_are_accepted(service, text, found):
    assert read_addresses(service, text) == found


@pytest.mark.parametrize(
    ("service", "text", "sentence"),
    [
        ("mysql", "root:geheim@", "MYSQL_ADDR is not an address; say MYSQL_ADDR=user:password@host:port"),
        ("etcd", "localhost:99999", "ETCD_ADDR is not an address; say ETCD_ADDR=host:port"),
        ("etcd", "a:1,,b:2", "ETCD_ADDR is not an address; say ETCD_ADDR=host:port"),
        ("redis", "rediss://:geheim@h", "REDIS_ADDR begins with rediss://, which is not supported; leave it out"),
        ("kafka", "mysql://u:geheim@h", "KAFKA_ADDR begins with mysql://, which is not supported; leave it out"),
        ("kafka", "ana:geheim@k:1", "KAFKA_ADDR holds a login, which is not supported for kafka; say host:port alone"),
    ],
)
def test_a_malformed_address_is_refused_without_showing_the_password(service, text, sentence):
    with pytest.raises(UsageError) as refusal:
        read_addresses(service, text)
    assert str(refusal.value) == sentence


def test_a_password_is_never_shown():
    addresses = read_addresses("mysql", "ana:geheim@db")

    assert "geheim" not in f"{addresses} {addresses!r}"


def test_environment_variables_and_settings_are_equivalent():
    by_variable, by_setting = own({}, {"ETCD_ADDR": "a:1"}), own({"infrastructure.etcd_addr": "a:1"}, {})

    assert by_variable.services == by_setting.services
    assert own({"infrastructure.etcd_addr": "b:2"}, {"ETCD_ADDR": "a:1"}).etcd_addr == "b:2"


def test_settings_refuse_a_malformed_address():
    with pytest.raises(UsageError, match="ETCD_ADDR is not an address"):
        own({"infrastructure.etcd_addr": "a:b"}, {})
