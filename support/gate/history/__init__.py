"""Earlier runs: their history, trends and times, and the comparison with an earlier verdict."""
