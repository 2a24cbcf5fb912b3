"""Load: open-loop requests from a process of its own, and applications that repeat an operation in a thread."""
