"""Mistakes with configuration, migration and audit."""
