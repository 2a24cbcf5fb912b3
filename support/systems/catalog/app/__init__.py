"""The reference catalog: travel bundles kept in step with a provider, served on when the provider is not there.

Sources, best first: the provider's API, the saved copy (Redis), the backup file, a clear error. What others rely
on stands in `contract.md`.
"""
