"""What can go wrong, how it is brought about, and the proof that it was felt."""
