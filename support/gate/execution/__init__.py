"""Carries a run out: its folder, its processes, the order of the feature files, shards and repeats."""
