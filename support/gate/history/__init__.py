"""Runs before this one: their history, trends, times, and the verdict that this one is held against."""
