"""An existing PostgreSQL 17 or newer, named by DATABASE_URL (the owner's connection)."""

from __future__ import annotations

import os

from psycopg.conninfo import conninfo_to_dict

from regulars.server.site.postgres import APPLICATION
from regulars.server.site.settings.base import *  # noqa: F403
from regulars.server.site.settings.base import HOME, database

GIVEN = {k: str(v) for k, v in conninfo_to_dict(os.environ["DATABASE_URL"]).items()}
AS_OWNER = os.environ.get("REGULARS_ROLE") == "owner"
APP_URL = os.environ.get("DATABASE_APP_URL")
# The role that `migrate` gives its rights to.
APP_ROLE = str(conninfo_to_dict(APP_URL).get("user", APPLICATION)) if APP_URL else APPLICATION
if AS_OWNER:
    PARAMETERS = GIVEN
elif APP_URL:
    PARAMETERS = {k: str(v) for k, v in conninfo_to_dict(APP_URL).items()}
else:
    PARAMETERS = GIVEN | {
        "user": APPLICATION,
        "password": HOME.secret(f"postgres-{APPLICATION}"),
    }
DATABASES = {"default": database(PARAMETERS, pooled=os.environ.get("REGULARS_PART") == "web")}
