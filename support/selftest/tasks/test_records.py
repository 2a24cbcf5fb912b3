"""What the store keeps of a task: it comes back as it was, and long contents are kept once."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from support.systems.tasks.app.server.model import Priority, Status, Task
from support.systems.tasks.app.server.records import Record, to_payload, to_record

NOW = datetime(2026, 11, 27, 21, 0, 0, 123456, tzinfo=UTC)
KEYS = st.sampled_from(["", "ana/1", "ana/2", "bob/1"])


def first(content="Mend the login"):
    task = Task(
        id="3f0c",
        repository="web",
        content=content,
        status=Status.PENDING,
        priority=Priority.HIGH,
        version=1,
        created_at=NOW,
        updated_at=NOW,
    )
    return Record.new(task, 1, "ana/0", "d0")


def changed(record, **changes):
    number = record.number + 1
    task = record.task.model_copy(update={"version": record.task.version + 1, **changes})
    return record.changed(task, number, f"ana/{number}", f"d{number}")


@given(st.lists(st.tuples(st.sampled_from(["One", "Two", ""]), KEYS), max_size=130))
def test_a_record_comes_back_as_it_was(contents):
    record = first()
    for number, (content, key) in enumerate(contents, 2):
        task = record.task.model_copy(update={"version": number, "content": content or record.task.content})
        record = record.changed(task, number, key, "d") if content else record.left_as_it_is(key, "d")
    assert to_record(json.loads(json.dumps(to_payload(record, 1)))) == record


def test_the_last_100_changes_are_kept_and_it_is_known_which_are_not():
    record = first()
    for _ in range(100):
        record = changed(record)
    assert ([change.number for change in record.history], record.dropped) == (list(range(2, 102)), 1)
    assert changed(record).dropped == 2


def test_a_long_content_that_stays_is_kept_once_however_often_the_task_changes():
    record = first("x" * 20_000)
    for _ in range(100):
        record = changed(record, status=Status.DONE)
    assert len(json.dumps(to_payload(record, 1))) < 2 * 20_000 + 100 * 400


def test_every_write_has_a_token_of_its_own():
    record = first()
    assert len({record.token, changed(record).token, record.left_as_it_is("", "").token}) == 3
