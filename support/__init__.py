"""Everything the steps lean on. Only `gherkin` and `reporting` know behave."""
