"""Settings: `embedded` (one folder), `scaled` (DATABASE_URL), `test`; `base` is common."""
