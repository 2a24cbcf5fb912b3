"""What people read of a run: in the terminal, in the report, in the summary of a pipeline."""
