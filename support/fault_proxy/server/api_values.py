"""Parses request bodies; an error names the field, the value received and the values allowed."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from support.fault_proxy.server.api_errors import ApiError, bad_body, listing, missing
from support.fault_proxy.server.toxics import STREAMS, TOXIC_TYPES, Stream, Toxic

TOXIC_FIELDS = ("name", "type", "stream", "toxicity", "attributes")
PROXY_FIELDS = ("name", "listen", "upstream", "enabled")
# shown by this server or by Toxiproxy, so that clients send them back; ignored, as Toxiproxy does
SHOWN_FIELDS = ("toxics", "counters", "probes", "logger")


@dataclass(frozen=True, slots=True)
class ProxyConfig:
    """The settings of a proxy."""

    name: str
    listen: str
    upstream: str
    enabled: bool


def read_reset(body: bytes) -> int | None:
    """The seed to draw from after the reset; None keeps the present one, which is what Toxiproxy's clients request."""
    if not body.strip():
        return None
    seed = _object(_parsed(body), "a reset").get("seed")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int)):
        raise bad_body(f"'seed' must be a whole number; received: {_shown(seed)}")
    return seed


def read_proxy(body: bytes) -> ProxyConfig:
    wanted = _wanted(_object(_parsed(body), "a proxy"), ProxyConfig("", "", "", enabled=True))
    _require(wanted, "")
    return wanted


def read_proxies(body: bytes) -> list[ProxyConfig]:
    """Whatever follows the list is ignored, as in Toxiproxy, whose users write comments there."""
    entries = _parsed(body, more_follows=True)
    if not isinstance(entries, list):
        raise bad_body(f"populate takes a list of proxies, [{{...}}, ...]; received: {_shown(entries)}")
    proxies = [_wanted(_object(entry, "a proxy"), ProxyConfig("", "", "", enabled=True)) for entry in entries]
    for place, proxy in enumerate(proxies, start=1):
        _require(proxy, f" at proxy {place}")
    return proxies


def read_proxy_update(body: bytes, present: ProxyConfig) -> ProxyConfig:
    """The values of the body, else those of *present*; the name of a proxy cannot change."""
    return replace(_wanted(_object(_parsed(body), "a proxy"), present), name=present.name)


def read_toxic(body: bytes) -> Toxic:
    fields = _toxic_fields(body)
    kind = fields.get("type")
    if not isinstance(kind, str) or kind not in TOXIC_TYPES:
        raise ApiError(f"invalid toxic type: {_shown(kind)}; allowed: {listing(TOXIC_TYPES)}", 400)
    toxic = Toxic(
        name=_text(fields, "name", ""),
        type=kind,
        stream=_stream(fields.get("stream", "upstream" if kind == "blackhole" else "downstream")),
        toxicity=1.0,
        attributes=dict.fromkeys(TOXIC_TYPES[kind], 0),
    )
    toxic = replace(toxic, name=toxic.name or f"{toxic.type}_{toxic.stream}")
    return _with_values(toxic, fields)


def read_toxic_update(body: bytes, present: Toxic) -> Toxic:
    """New attributes or toxicity; what is left out stays unchanged."""
    fields = _toxic_fields(body)
    for field in ("name", "type", "stream"):
        now = getattr(present, field)
        given = fields.get(field, now)
        if (_stream(given) if field == "stream" else given) != now:
            raise bad_body(
                f"{field!r} of a toxic cannot be changed from {now!r}; received: {_shown(fields[field])}; "
                "remove the toxic and add it again",
            )
    return _with_values(present, fields)


def _with_values(toxic: Toxic, fields: Mapping[str, Any]) -> Toxic:
    given = _object(fields.get("attributes", {}), f"the attributes of a {toxic.type} toxic")
    _refuse_unknown(given, TOXIC_TYPES[toxic.type], f"attribute of a {toxic.type} toxic")
    attributes = {name: _attribute(given, toxic, name) for name in toxic.attributes}
    if toxic.type == "slicer" and attributes["size_variation"] >= attributes["average_size"]:
        raise bad_body(
            f"'size_variation' of a slicer toxic must be less than 'average_size' ({attributes['average_size']}); "
            f"received: {attributes['size_variation']}",
        )
    toxicity = fields.get("toxicity", toxic.toxicity)
    if isinstance(toxicity, bool) or not isinstance(toxicity, int | float) or not 0 <= toxicity <= 1:
        raise bad_body(f"'toxicity' must be a number from 0 to 1; received: {_shown(toxicity)}")
    if toxic.type == "blackhole" and (toxic.stream, toxicity) != ("upstream", 1):
        raise bad_body("a blackhole toxic swallows whole connections: 'stream' must be \"upstream\" and 'toxicity' 1")
    return replace(toxic, attributes=attributes, toxicity=toxicity)


def _attribute(given: Mapping[str, Any], toxic: Toxic, name: str) -> int:
    rule = TOXIC_TYPES[toxic.type][name]
    value = given.get(name, toxic.attributes[name])
    if isinstance(value, bool) or not isinstance(value, int) or value < rule.lowest:
        raise bad_body(
            f"{name!r} of a {toxic.type} toxic must be a whole number of {rule.unit}, {rule.lowest} or more; "
            f"received: {_shown(value)}",
        )
    return value


def _stream(value: object) -> Stream:
    for stream in STREAMS:
        if isinstance(value, str) and value.lower() == stream:
            return stream
    raise ApiError(f"stream was invalid, can be either upstream or downstream; received: {_shown(value)}", 400)


def _toxic_fields(body: bytes) -> Mapping[str, Any]:
    fields = _object(_parsed(body), "a toxic")
    _refuse_unknown(fields, TOXIC_FIELDS, "field of a toxic")
    return fields


def _wanted(fields: Mapping[str, Any], default: ProxyConfig) -> ProxyConfig:
    _refuse_unknown([name for name in fields if name not in SHOWN_FIELDS], PROXY_FIELDS, "field of a proxy")
    enabled = fields.get("enabled", default.enabled)
    if not isinstance(enabled, bool):
        raise bad_body(f"'enabled' must be true or false; received: {_shown(enabled)}")
    return ProxyConfig(
        _text(fields, "name", default.name),
        _text(fields, "listen", default.listen),
        _text(fields, "upstream", default.upstream),
        enabled,
    )


def _require(proxy: ProxyConfig, where: str) -> None:
    for field in ("name", "upstream"):
        if not getattr(proxy, field):
            raise missing(f"{field}{where}")


def _text(fields: Mapping[str, Any], field: str, default: str) -> str:
    value = fields.get(field, default)
    if not isinstance(value, str):
        raise bad_body(f"{field!r} must be text; received: {_shown(value)}")
    return value


def _refuse_unknown(given: Iterable[str], allowed: Iterable[str], what: str) -> None:
    for name in given:
        if name not in allowed:
            raise bad_body(f"unknown {what}: {name!r}; allowed: {listing(allowed) or 'none'}")


def _object(value: object, what: str) -> Mapping[str, Any]:
    """The fields that are set, in lower case; as in Toxiproxy, their case does not matter, and null means left out."""
    if not isinstance(value, dict):
        raise bad_body(f"{what} must be an object, {{...}}; received: {_shown(value)}")
    return {name.lower(): content for name, content in value.items() if content is not None}


def _parsed(body: bytes, *, more_follows: bool = False) -> object:
    try:
        return json.JSONDecoder().raw_decode(body.decode().lstrip())[0] if more_follows else json.loads(body)
    except ValueError as problem:
        raise bad_body(f"not JSON: {problem}; received: {_shown(body.decode(errors='replace'))}") from problem


def _shown(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
