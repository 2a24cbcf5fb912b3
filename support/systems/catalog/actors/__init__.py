"""Actors: what a person or a program does and sees. They never raise for a bad answer."""
