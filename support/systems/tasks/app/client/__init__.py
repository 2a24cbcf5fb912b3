"""The command-line client of tasks: it keeps changes in a database of its own, and exchanges them with the server."""
