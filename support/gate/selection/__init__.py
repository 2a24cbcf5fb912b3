"""What a run judges, and by which criteria: scenarios, register, policy. Invalid requests are refused before the start."""
