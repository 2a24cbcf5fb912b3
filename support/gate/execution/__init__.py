"""A run as it is carried out: its folder, its processes, who runs what, how often."""
