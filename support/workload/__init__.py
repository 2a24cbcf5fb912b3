"""Open-loop load: questions come when they are due, whether or not the ones before have been answered."""
