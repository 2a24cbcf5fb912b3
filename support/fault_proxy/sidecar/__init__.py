"""Sidecars: small servers in the network namespace of a container, with CAP_NET_ADMIN there alone, that control its nftables."""
