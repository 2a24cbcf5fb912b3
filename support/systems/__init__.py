"""Reference systems. They import nothing from the rest of `support` and know nothing of tests."""
