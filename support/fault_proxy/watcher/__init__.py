"""What the kernel does for us in the network of a container: small servers that run there, with CAP_NET_ADMIN in it alone."""
