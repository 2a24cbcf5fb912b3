"""The outside world that we play: services of other companies, scripted and recorded."""
