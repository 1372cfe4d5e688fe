"""Settings of the tests: a home that `tests/postgres.py` made for this run."""

from __future__ import annotations

from regulars.server.site.settings.embedded import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
