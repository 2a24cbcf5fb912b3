"""From a journal to a verdict. Pure, but for the reading of what others say about the same run."""
