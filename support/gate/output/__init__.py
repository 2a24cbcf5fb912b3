"""What people get to read of it: in the terminal, in the report, in a pipeline's summary."""
