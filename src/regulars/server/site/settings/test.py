"""Settings of the tests: a home that `tests/postgres.py` made for this run.

A type checker reads them too, without a home: it gets one that goes with it.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

if "REGULARS_HOME" not in os.environ:
    os.environ["REGULARS_HOME"] = tempfile.mkdtemp(prefix="regulars-settings-")
    atexit.register(shutil.rmtree, os.environ["REGULARS_HOME"], ignore_errors=True)

from regulars.server.site.settings.embedded import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
