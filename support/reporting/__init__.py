"""From behave's run to what people read. environment.py calls `install()` first, and asks for the `recording()` of the run."""

from support.behave_runtime.hooks import install
from support.behave_runtime.recording import Recording, recording
from support.gate.selection.scenarios import scenario_id, title

__all__ = ["Recording", "install", "recording", "scenario_id", "title"]
