"""What is given to those who deploy starts a server that exists, and not as root."""

from __future__ import annotations

import json
import re
import shlex
from configparser import ConfigParser
from pathlib import Path

from regulars.cli.main import parser

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def _unit() -> ConfigParser:
    unit = ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # systemd minds the case
    unit.read(DEPLOY / "regulars.service", "utf-8")
    return unit


def test_the_unit_starts_a_command_that_exists_without_rights() -> None:
    service = _unit()["Service"]
    program, *words = shlex.split(service["ExecStart"])

    assert program.endswith("/regulars")
    assert parser().parse_args(words).verb == "serve"
    assert service["User"] not in {"", "root"}
    assert service["NoNewPrivileges"] == "yes"


def test_the_unit_leaves_the_supervisor_time_to_stop_its_parts_in_order() -> None:
    service = _unit()["Service"]

    assert service["KillMode"] == "mixed"  # the supervisor alone gets SIGTERM
    assert int(service["TimeoutStopSec"]) > 25  # as long as it waits for its parts


def test_the_home_of_the_example_lies_where_the_unit_may_write() -> None:
    home = re.search(
        r"^REGULARS_HOME=(.+)$", (DEPLOY / "regulars.env.example").read_text(), re.M
    )

    assert home
    assert home[1].startswith(f"/var/lib/{_unit()['Service']['StateDirectory']}/")


def test_the_image_starts_a_command_that_exists_as_somebody_else_than_root() -> None:
    image = (DEPLOY / "Containerfile").read_text("utf-8")
    last = image.rpartition("\nFROM ")[2]
    command = json.loads(re.findall(r"^CMD (\[.*\])$", last, re.M)[-1])

    assert parser().parse_args(command[1:]).host == "0.0.0.0"
    assert re.search(r"^USER regulars$", last, re.M)
    assert last.index("USER regulars") < last.index("\nCMD")


def test_the_image_never_takes_a_home_along() -> None:
    left_out = (DEPLOY / "Containerfile.dockerignore").read_text("utf-8").splitlines()

    assert {".git", ".venv", "regulars-home*"} <= set(left_out)


def test_every_example_of_allowed_names_keeps_the_one_the_supervisor_asks() -> None:
    for file in ("regulars.env.example", "Containerfile"):
        for names in re.findall(r'REGULARS_HOSTS="([^"]+)"', (DEPLOY / file).read_text()):
            assert "127.0.0.1" in names.split(), file
