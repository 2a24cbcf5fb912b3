"""From behave's run to what people read. environment.py calls `install()` first, and asks for the `recording()` of the run."""

from support.gate.asked.selection import scenario_id, title
from support.reporting.current import Recording, recording
from support.reporting.seam import install

__all__ = ["Recording", "install", "recording", "scenario_id", "title"]
