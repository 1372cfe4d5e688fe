"""Pages on consents and policy."""
