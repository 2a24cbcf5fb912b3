"""Actors use the catalog as shoppers and operators do. A bad answer is a result, never an exception."""
