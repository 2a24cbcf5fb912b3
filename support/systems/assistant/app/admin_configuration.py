"""The administration's routes for configuration, environment, migration and audit. Keys are checked by those who mount them."""

import re
from dataclasses import asdict

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from support.systems.assistant.app.admin_answers import admin_route, invalid_request, read_object
from support.systems.assistant.app.audit import Audit
from support.systems.assistant.app.configuration_store import ConfigurationStore
from support.systems.assistant.app.environment_detection import Detected
from support.systems.assistant.app.migration import migrate
from support.systems.assistant.app.mistakes import mistake
from support.systems.assistant.app.presets import PRESETS
from support.systems.assistant.app.resolution import resolve, told
from support.systems.assistant.app.responses import ApiError, json_response

MOST_ENTRIES = 1000
MOST_VARIABLES = 100
AUDIT_QUERY = {"kind", "request_id", "limit"}
log = structlog.get_logger()


class AdminConfiguration:
    def __init__(self, store: ConfigurationStore, audit: Audit, detected: Detected) -> None:
        self._store, self._audit, self._detected = store, audit, detected

    @property
    def routes(self) -> list[BaseRoute]:
        return [
            admin_route("configuration", GET=self._show, PUT=self._replace),
            admin_route("configuration/validate", POST=self._validate),
            admin_route("operations/{name}", PUT=self._set_operation, DELETE=self._remove_operation),
            admin_route("presets", GET=self._presets),
            admin_route("presets/{name}/apply", POST=self._apply_preset),
            admin_route("environment", GET=self._environment),
            admin_route("migrations", POST=self._migrate),
            admin_route("audit", GET=self._read_audit),
        ]

    async def _show(self, _: Request) -> Response:
        return self._current()

    async def _replace(self, request: Request) -> Response:
        version = _version(request)
        await self._store.replace(await read_object(request), request.state.who, version=version)
        return self._current()

    async def _validate(self, request: Request) -> Response:
        checked = self._store.check(await read_object(request))
        return json_response(
            {
                "valid": not checked.mistakes,
                "errors": [wrong.told() for wrong in checked.mistakes],
                "warnings": [doubtful.told() for doubtful in checked.warnings],
            }
        )

    async def _set_operation(self, request: Request) -> Response:
        part = await read_object(request)
        await self._store.set_operation(request.path_params["name"], part, request.state.who)
        return self._current()

    async def _remove_operation(self, request: Request) -> Response:
        await self._store.remove_operation(request.path_params["name"], request.state.who)
        return self._current()

    async def _presets(self, _: Request) -> Response:
        limits = self._store.limits
        presets = {
            name: {
                "summary": preset.summary,
                "strategy": preset.strategy,
                "operations": dict(preset.operations),
                "effective": told(resolve({}, name, limits, 0)),
            }
            for name, preset in PRESETS.items()
        }
        return json_response({"presets": presets})

    async def _apply_preset(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in PRESETS:
            raise ApiError(404, "unknown_preset", f"The presets are {', '.join(PRESETS)}.")
        await self._store.replace({"preset": name}, request.state.who, "preset_applied")
        return self._current()

    async def _environment(self, _: Request) -> Response:
        detected = self._detected
        return json_response({**asdict(detected), "preset": detected.preset})

    async def _migrate(self, request: Request) -> Response:
        variables, apply = _read_migration(await read_object(request))
        store, who = self._store, request.state.who
        migration = migrate(variables, store.limits)
        applied = apply and not migration.unexpected
        if applied:
            await store.replace(migration.document, who, "migrated")
        try:
            await self._audit.record_durably("migration", who, confidence=migration.confidence, applied=applied)
        except OSError as error:
            if not applied:
                raise
            # the change itself is in the trail, and in force
            log.error("audit.not_written", kind="migration", reason=str(error))  # noqa: TRY400 - the reason suffices
        return json_response({**migration.told(), "applied": applied, "version": store.current.version})

    async def _read_audit(self, request: Request) -> Response:
        given = request.query_params
        for unknown in sorted(given.keys() - AUDIT_QUERY):
            remedy = f"leave it out, or choose one of {', '.join(sorted(AUDIT_QUERY))}"
            raise invalid_request(mistake((unknown,), given[unknown], "there is no such field", remedy))
        limit = given.get("limit", "100")
        if not re.fullmatch("[0-9]{1,4}", limit) or not 1 <= int(limit) <= MOST_ENTRIES:
            raise invalid_request(mistake(("limit",), limit, "it is out of range", f"choose 1 to {MOST_ENTRIES}"))
        trail = await self._audit.read(given.get("kind", ""), given.get("request_id", ""), int(limit))
        return json_response(asdict(trail))

    def _current(self) -> Response:
        store = self._store
        effective = store.current
        body = {
            "version": effective.version,
            "preset": effective.preset,
            "configuration": store.document,
            "effective": told(effective),
        }
        return json_response(body, headers={"ETag": f'"{effective.version}"'})


def _version(request: Request) -> int | None:
    """The version that `If-Match` names; None if any will do, -1 if it can be none of ours."""
    tag = request.headers.get("if-match", "*").strip()
    if tag == "*":
        return None
    found = re.fullmatch(r'"?([0-9]{1,15})"?', tag, re.ASCII)
    return int(found[1]) if found else -1


def _read_migration(body: dict[str, object]) -> tuple[dict[str, str], bool]:
    """Raises `ApiError` with all mistakes."""
    variables, apply = body.get("variables"), body.get("apply", False)
    wrong = [
        mistake((name,), body[name], "there is no such field", "remove it")
        for name in body
        if name not in {"variables", "apply"}
    ]
    if not isinstance(apply, bool):
        wrong.append(mistake(("apply",), apply, "it is neither true nor false", "write true or false"))
    given = variables if isinstance(variables, dict) else {}
    if not isinstance(variables, dict) or len(variables) > MOST_VARIABLES:
        remedy = f"write an object with {MOST_VARIABLES} old variables at most, each with its value as a text"
        wrong.append(mistake(("variables",), variables, "it is no object of that kind", remedy))
    wrong += [
        mistake(("variables", name), value, "it is no text", "write its value in quotes")
        for name, value in given.items()
        if not isinstance(value, str)
    ]
    if wrong:
        raise invalid_request(*wrong[:MOST_VARIABLES])
    return given, bool(apply)
