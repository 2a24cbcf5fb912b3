"""Clusters: each member on a host of its own, in a network that can be cut between any two of them."""
