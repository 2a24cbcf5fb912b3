"""Faults: their values, their injectors, and the proof that each fault was in force."""
