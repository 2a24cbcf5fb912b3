"""What one look at a server or a file found, from outside."""

from dataclasses import dataclass
from enum import Enum


class Symptom(Enum):
    """What a client experiences, measured from outside."""

    ANSWERS = "answers"
    REFUSED = "refuses connections"
    UNREACHABLE = "lets nobody connect"
    SILENT = "takes connections and says nothing"
    CUT = "cuts connections"


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at a target: what happened, after how long, how many bytes went each way, and the gist of the answer."""

    symptom: Symptom
    after_s: float
    said: str = ""
    sent: int = 0
    received: int = 0

    def __str__(self) -> str:
        said = f" ({self.said})" if self.said else ""
        return f"{self.symptom.value}{said} after {self.after_s * 1000:.0f} ms"
