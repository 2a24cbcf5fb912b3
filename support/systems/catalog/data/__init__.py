"""Factories of test data: realistic and deterministic."""
