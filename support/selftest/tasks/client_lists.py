"""What the contract says of batch sync and events, in memory, for the client's stand-in."""

import threading
import uuid
from collections import defaultdict
from datetime import UTC, datetime

NAMESPACE = uuid.UUID("5fb15f79-c99d-466a-80d7-ed413ab865a3")


class Lists:
    """*forgotten*: events up to this number are no longer told."""

    def __init__(self):
        self.tasks = {}
        self.results = {}
        self.forgotten = 0
        self._events = defaultdict(list)
        self._lock = threading.RLock()

    def number(self, repository):
        return len(self._events[repository])

    def events(self, repository, since):
        with self._lock:
            return self._events[repository][since:]

    def of(self, repository):
        return [task for task in self.tasks.values() if task["repository"] == repository and not task.get("deleted")]

    def create(self, repository, content):
        """By somebody else."""
        op = {"op_id": uuid.uuid4().hex, "action": "create", "task": {"content": content}}
        return self.sync("somebody", {"repository": repository, "since": 0, "changes": [op]})["results"][0]["task"]

    def update(self, task_id, **fields):
        """By somebody else."""
        task = self.tasks[task_id]
        op = {"op_id": uuid.uuid4().hex, "action": "update", "id": task_id, "base_version": task["version"]} | {
            "task": fields
        }
        self.sync("somebody", {"repository": task["repository"], "since": 0, "changes": [op]})

    def sync(self, client_id, body):
        with self._lock:
            repository, lost, results = body["repository"], set(), []
            for change in body["changes"]:
                key = client_id, change["op_id"]
                if key not in self.results:
                    self.results[key] = self._change(client_id, repository, change, lost)
                result = self.results[key]
                if result["status"] != "applied":
                    lost.add(change.get("id"))
                results.append(result | {"op_id": change["op_id"]})
            mine = {result["task"]["id"] for result in results if result["status"] == "applied"}
            late = {event["task"]["id"]: event["number"] for event in self._events[repository]}
            changed = sorted((number, task_id) for task_id, number in late.items() if number > body["since"])
            changes = [self.tasks[task_id] for _, task_id in changed if task_id not in mine]
            return {
                "repository": repository,
                "number": self.number(repository),
                "results": results,
                "changes": changes,
            }

    def _change(self, client_id, repository, change, lost):
        now = datetime.now(UTC).isoformat()
        if change["action"] == "create":
            task_id = str(uuid.uuid5(NAMESPACE, f"{client_id}/{change['op_id']}"))
            new = {"id": task_id, "repository": repository, "status": "pending", "priority": "medium"}
            return self._keep(new | change["task"] | {"version": 1, "created_at": now, "updated_at": now}, "created")
        task = self.tasks.get(change["id"])
        if task is None:
            return {"status": "refused", "error": "not_found"}
        if task["version"] != change["base_version"] or task["id"] in lost:
            record = {"id": uuid.uuid4().hex, "task_id": task["id"], "op_id": change["op_id"], "kind": "edit_edit"}
            return {"status": "conflict", "task": task, "conflict": record | {"lost": change.get("task", {})}}
        gone = {"deleted": True} if change["action"] == "delete" else {}
        if not gone and all(task[name] == value for name, value in change["task"].items()):
            return {"status": "applied", "task": task}
        now_is = task | change.get("task", {}) | gone | {"version": task["version"] + 1, "updated_at": now}
        return self._keep(now_is, "deleted" if gone else "updated")

    def _keep(self, task, kind):
        events = self._events[task["repository"]]
        self.tasks[task["id"]] = task
        event = {"type": "event", "repository": task["repository"], "number": len(events) + 1}
        events.append(event | {"kind": f"task.{kind}", "task": task})
        return {"status": "applied", "task": task}
