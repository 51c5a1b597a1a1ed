"""Every write of this domain: snapshots that are kept, quotas that are given, calls, locked quarters."""
