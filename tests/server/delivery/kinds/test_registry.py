"""Kinds are found: ours by name, those of strangers by entry point; a broken one is named."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from regulars.server.delivery.kinds import registry

PARCEL = """
from regulars.server.delivery.kinds import Capabilities, Carrier, Kind

class Pigeon(Kind):
    code = "pigeon"
    channel = "sms"
    name = "Pigeon"
    can = Capabilities()
    fields = ()
    def check(self): ...
    def open(self): ...

class Half(Kind):
    code = "half"

class Liar(Pigeon):
    code = "honest"

class Smtp(Pigeon):
    code = "smtp"
"""
ENTRIES = """[regulars.channels]
pigeon = parcel:Pigeon
half = parcel:Half
liar = parcel:Liar
smtp = parcel:Smtp
function = parcel:len
gone = parcel_that_is_gone:Kind
"""


@pytest.fixture
def strangers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package of somebody else, installed for this test."""
    (tmp_path / "parcel.py").write_text(PARCEL)
    info = tmp_path / "parcel-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: parcel\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRIES)
    monkeypatch.syspath_prepend(str(tmp_path))
    registry.forget()
    yield
    registry.forget()
    sys.modules.pop("parcel", None)


def test_our_kinds_are_found_by_channel_and_code() -> None:
    assert {each.code for each in registry.kinds_of("sms")} == {
        "sms_http", "aliyun", "tencent", "twilio", "console",
    }  # fmt: skip
    assert [each.code for each in registry.kinds_of("email")] == ["smtp", "anymail", "console"]
    assert [each.code for each in registry.kinds_of("wecom")] == ["wecom", "console"]
    assert all(registry.kind(code).code == code for code in registry.BUILT_IN)


@pytest.mark.usefixtures("strangers")
def test_a_strangers_kind_works_and_a_broken_one_is_named() -> None:
    assert registry.kind("pigeon").code == "pigeon"
    assert "pigeon" in {each.code for each in registry.kinds_of("sms")}
    assert set(registry.broken()) == {"half", "liar", "smtp", "function", "gone"}
    assert registry.kind("smtp").__module__.startswith("regulars.")
    with pytest.raises(registry.NoSuchKind, match="it lacks check, open"):
        registry.kind("half")
    with pytest.raises(registry.NoSuchKind, match="not installed"):
        registry.kind("owl")


def test_a_kind_is_made_in_the_world_of_the_installation(settings: object) -> None:
    settings.WEBHOOK_NETWORKS = ["10.1.2.0/24"]  # type: ignore[attr-defined]

    made = registry.made("console", {})

    assert [str(each) for each in made.world.own] == ["10.1.2.0/24"]
    assert made.world.folder is not None
    made.check()
