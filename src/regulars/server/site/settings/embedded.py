"""One folder, nothing else to install: the database lives in the home."""

from __future__ import annotations

import os

from regulars.server.site.postgres import APPLICATION, OWNER, Postgres
from regulars.server.site.settings.base import *  # noqa: F403
from regulars.server.site.settings.base import HOME, database

# `web` and `worker` run walled in; commands that migrate or back up ask for the owner.
ROLE = OWNER if os.environ.get("REGULARS_ROLE") == "owner" else APPLICATION
DATABASES = {
    "default": database(
        Postgres(HOME).connection(ROLE), pooled=os.environ.get("REGULARS_PART") == "web"
    )
}
