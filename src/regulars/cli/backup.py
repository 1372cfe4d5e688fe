"""Write everything of a home into one file: database, facts, runs, keys, settings.

The database is dumped as of one moment; every fact file of its manifest is in the backup,
because fact files are never changed and are kept for a week after they are replaced.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

HELP = "write everything of the home into one file"


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("file", type=Path, metavar="FILE", help="where to write, e.g. today.tar")


def run(given: argparse.Namespace) -> int:
    from regulars.server.site import boot
    from regulars.server.site.home import find

    home = find(given.home)
    with boot.at_work(home, role=boot.OWNER):
        from regulars.server.core import audit
        from regulars.server.site import archive

        written = archive.backup(home, given.file)
        audit.record(
            "site.backup.made",
            given.file.name,
            by=audit.COMMAND_LINE,
            at=datetime.now(UTC),
            files=written.files,
            size=written.size,
        )
    print(f"{given.file}: {written.files} files, {written.size / 1e6:.1f} MB.")
    return 0
