"""The verdict: computed from the run's journal, checked against the report. `python -m support.gate`."""
