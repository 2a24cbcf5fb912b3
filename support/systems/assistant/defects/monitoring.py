"""Mistakes with health, metrics, alerts, history and benchmarks."""
