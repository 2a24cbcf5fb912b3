"""The same running parts, from local processes or from containers."""
