"""Clusters of etcd, Kafka, Redis and MySQL. Each member has its own host, and any two hosts can be partitioned."""
