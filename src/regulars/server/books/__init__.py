"""Who looks after whom: the pool and claims, hand-overs, backups, owners over time."""
