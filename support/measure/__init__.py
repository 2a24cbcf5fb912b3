"""Measurements: recovery times, loss ledgers, linearizability, statistics, memory, load of the host."""
