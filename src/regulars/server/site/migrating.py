"""`python -m regulars.server.site.migrating`: bring the database to this version, as owner."""

from __future__ import annotations

import sys

import django

from regulars.base.errors import RegularsError


def main() -> int:
    django.setup()
    from regulars.server.site import database

    try:
        database.prepare()
    except RegularsError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
