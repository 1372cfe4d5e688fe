"""Keys with which other systems come: shown once, kept as a hash, revoked at once."""
