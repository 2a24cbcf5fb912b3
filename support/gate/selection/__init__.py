"""What a run is asked to judge, and on which terms: selection, register, policy; and what is refused before it starts."""
