"""Backup and restore: one tar file with the database's dump and the home's folders."""

from __future__ import annotations

import os
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from regulars.base.errors import BadInput, Refused
from regulars.server.site import boot
from regulars.server.site.home import Home
from regulars.server.site.postgres import OWNER, Postgres

DUMP = "database.dump"
# The embedded cluster itself is not copied: its dump is. Keys travel, so keep the file safe.
FOLDERS = ("facts", "runs", "imports", "documents", "keys")
MARK = "home.json"


class HomeInTheWay(Refused):
    """Restore never overwrites a home."""


class NotABackup(BadInput):
    """The file was not written by `regulars backup`."""


@dataclass(frozen=True)
class Archived:
    """How much a backup holds."""

    files: int
    size: int


def backup(home: Home, file: Path) -> Archived:
    """Write the backup beside `file`, then give it that name: a cut-off one never has it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    scratch = file.with_name(f".{file.name}.part")
    try:
        # The dump first: facts that arrive later are simply not in its manifest.
        with tempfile.TemporaryDirectory() as folder, tarfile.open(scratch, "w") as tar:
            dump = Path(folder) / DUMP
            _dump(home, dump)
            tar.add(dump, DUMP)
            tar.add(home.marker, MARK)
            for name in FOLDERS:
                if (home.root / name).exists():
                    tar.add(home.root / name, name, filter=_complete)
            count = len(tar.getmembers())
        scratch.replace(file)
    finally:
        scratch.unlink(missing_ok=True)
    file.chmod(0o600)
    return Archived(count, file.stat().st_size)


def restore(home: Home, file: Path) -> None:
    """Make the home from a backup, with an embedded database or the one of DATABASE_URL.

    :raises HomeInTheWay: the folder holds a home already.
    :raises NotABackup: the file lacks the dump or the mark.
    """
    if home.exists or (home.root.exists() and any(home.root.iterdir())):
        raise HomeInTheWay(
            f"{home.root} is not empty. Restore into a new folder (--home) "
            "and look at it before you replace the old one."
        )
    try:
        with tarfile.open(file) as tar:
            if not {DUMP, MARK} <= set(tar.getnames()):
                raise NotABackup(f"{file} holds no Regulars backup.")
            home.root.mkdir(parents=True, exist_ok=True)
            tar.extractall(home.root, filter="data")
    except (tarfile.TarError, OSError) as error:
        raise NotABackup(f"{file} cannot be read as a backup: {error}") from error
    home.keys.chmod(0o700)
    for key in home.keys.glob("*.key"):
        key.chmod(0o600)
    home.create(home.kind)
    home.note(address="", pid="")  # where the old one was served
    _load(home, home.root / DUMP)
    (home.root / DUMP).unlink()
    home.sent.write_text("", "utf-8")  # nobody knows what went out since: see delivery's pulse


def _dump(home: Home, to: Path) -> None:
    cluster = Postgres(home)
    to.touch(mode=0o666)
    to.parent.chmod(0o777)  # the database's user writes it
    to.chmod(0o666)
    cluster.run(
        "pg_dump",
        *("--format=custom", "--compress=6", "--no-owner", "--no-privileges"),
        *("--enable-row-security", "--file", str(to)),
        *_target(cluster),
        env=_password(cluster),
    )


def _load(home: Home, dump: Path) -> None:
    cluster = Postgres(home)
    if boot.is_embedded():
        cluster.start()
    try:
        dump.chmod(0o644)
        cluster.run(
            "pg_restore",
            *("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"),
            *("--dbname", _target(cluster)[-1], str(dump)),
            env=_password(cluster),
        )
        home.note(schema="")  # rights are granted anew by the next migrate
        boot.bring_up_to_date(home)
    finally:
        if boot.is_embedded():
            cluster.stop()


def _target(cluster: Postgres) -> list[str]:
    if not boot.is_embedded():
        return ["--dbname", os.environ["DATABASE_URL"]]
    given = cluster.connection(OWNER)
    return ["--dbname", f"host={given['host']} user={given['user']} dbname={given['dbname']}"]


def _password(cluster: Postgres) -> dict[str, str]:
    """The owner's login, and the setting without which the wall hides every customer."""
    wall = {"PGOPTIONS": "-c app.scope=all"}
    if not boot.is_embedded():
        return wall
    return wall | {"PGPASSWORD": cluster.connection(OWNER)["password"]}


def _complete(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out files that are being written."""
    return None if Path(member.name).name.startswith(".") else member
