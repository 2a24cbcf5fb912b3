"""Factories of test data: business defaults, real-looking values, the same every time."""
