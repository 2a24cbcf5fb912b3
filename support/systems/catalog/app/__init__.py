"""The reference catalog: travel bundles fetched from a provider, and served also while the provider fails.

Sources in order of preference: the provider's API, the saved copy (Redis), the backup file. Without any of them the answer is
a clear error. `contract.md` states what clients rely on.
"""
