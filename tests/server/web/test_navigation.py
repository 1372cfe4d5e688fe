"""The side bar holds the pages of the person, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import strip_tags

from regulars.server.web.navigation import (
    CUSTOMERS,
    FEW,
    FIGURES,
    Count,
    Page,
    Registry,
    grouped,
)


@dataclass
class Somebody:
    """A viewer with exactly these permissions."""

    permissions: set[str] = field(default_factory=set)
    role: str = "rm"

    def may(self, permission: str) -> bool:
        return permission in self.permissions


def page(key: str, **more: object) -> Page:
    return Page(
        **{"label": key.title(), "url_name": f"web:{key}", "icon": "users"}
        | {"key": key}
        | more
    )  # type: ignore[arg-type]


@pytest.fixture
def registry() -> Registry:
    made = Registry()
    made.add(
        page("health", order=20, permission="care.today"),
        page("manifest", order=10, permission="insight.base", group=FIGURES),
        page("theme", order=30),
    )
    return made


def keys(registry: Registry, viewer: Somebody) -> list[str]:
    return [entry.key for entry in registry.entries(viewer)]


def test_only_permitted_pages_are_shown_in_order(registry: Registry) -> None:
    assert keys(registry, Somebody()) == ["theme"]
    assert keys(registry, Somebody({"care.today"})) == ["health", "theme"]
    assert keys(registry, Somebody({"care.today", "insight.base"})) == [
        "manifest",
        "health",
        "theme",
    ]


def test_a_page_for_some_roles_is_hidden_from_others_who_hold_the_permission() -> None:
    registry = Registry()
    registry.add(page("health", permission="care.today", roles=("manager",)))

    assert keys(registry, Somebody({"care.today"}, role="rm")) == []
    assert keys(registry, Somebody({"care.today"}, role="manager")) == ["health"]


def test_two_pages_with_one_key_are_refused(registry: Registry) -> None:
    with pytest.raises(ImproperlyConfigured, match="health"):
        registry.add(page("health", order=99))


def test_registering_the_same_page_twice_changes_nothing(registry: Registry) -> None:
    registry.add(page("theme", order=30))

    assert keys(registry, Somebody()) == ["theme"]


def test_the_page_we_are_on_is_current(registry: Registry) -> None:
    entries = registry.entries(Somebody({"care.today"}), at="/healthz/more?x=1")

    assert [entry.key for entry in entries if entry.current] == ["health"]


def test_a_saved_list_wins_over_its_page_only_with_its_query() -> None:
    registry = Registry()
    registry.add(page("health"), page("lost", url_name="web:health", query="filter=lost"))
    viewer = Somebody()

    plain = registry.entries(viewer, at="/healthz")
    saved = registry.entries(viewer, at="/healthz?filter=lost")

    assert [entry.key for entry in plain if entry.current] == ["health"]
    assert [entry.key for entry in saved if entry.current] == ["lost"]
    assert saved[1].url == "/healthz?filter=lost"


def test_counts_are_asked_for_the_viewer_and_none_shows_nothing() -> None:
    registry = Registry()
    registry.add(
        page("health", count=lambda viewer: len(viewer.role)),
        page("theme", count=lambda viewer: Count(3, late=True)),
        page("manifest", count=lambda viewer: None),
    )

    found = {entry.key: entry.count for entry in registry.entries(Somebody())}

    assert found == {"health": Count(2), "theme": Count(3, late=True), "manifest": None}


@pytest.mark.parametrize(("counted", "shown"), [(20_000, "20,000"), (10_000_000, "10.0M")])
def test_a_count_that_is_too_long_for_the_bar_is_shortened(counted: int, shown: str) -> None:
    registry = Registry()
    registry.add(page("health", count=lambda viewer: counted))
    frame = SimpleNamespace(groups=grouped(registry.entries(Somebody())))

    with translation.override("en"):
        bar = render_to_string("web/parts/side.html", {"frame": frame})

    assert shown in " ".join(strip_tags(bar).split())


def test_a_count_is_not_asked_for_a_page_that_is_not_shown() -> None:
    def never(viewer: object) -> int:
        raise AssertionError("counted for a stranger")

    registry = Registry()
    registry.add(page("health", permission="care.today", count=never))

    assert keys(registry, Somebody()) == []


def test_a_page_of_trouble_counts_nothing() -> None:
    registry = Registry()
    registry.add(page("health", count=lambda viewer: 3))

    assert [entry.count for entry in registry.entries(Somebody(), counted=False)] == [None]


def test_slots_open_only_with_their_permission(registry: Registry) -> None:
    registry.place("record", "web:health", "care.record")

    assert registry.slot("record", Somebody({"care.record"})) == "/healthz"
    assert registry.slot("record", Somebody()) == ""
    assert registry.slot("search", Somebody({"care.record"})) == ""


def test_the_phone_shows_the_daily_pages_first_and_fills_its_bar_with_others() -> None:
    registry = Registry()
    for at, key in enumerate(("health", "theme", "manifest")):
        registry.add(page(key, order=at, on_phone=key != "theme"))

    tabs = registry.tabs(registry.entries(Somebody()), places=5)

    assert [entry.key for entry in tabs] == ["health", "manifest", "theme"]
    two = registry.tabs(registry.entries(Somebody()), places=2)
    assert [entry.key for entry in two] == ["health", "manifest"]
    assert len(registry.tabs(registry.entries(Somebody()), places=1)) == 1


def test_groups_keep_together_in_the_order_of_their_first_pages() -> None:
    registry = Registry()
    registry.add(
        page("health", order=1),
        page("manifest", order=2, group=FIGURES),
        page("theme", order=3),
    )

    found = grouped(registry.entries(Somebody()))

    assert [(shelf.group.key, [e.key for e in shelf.pages]) for shelf in found] == [
        ("day", ["health", "theme"]),
        ("figures", ["manifest"]),
    ]


def long_bar() -> Registry:
    registry = Registry()
    registry.add(*(page(f"own{n}", url_name="web:health", group=CUSTOMERS) for n in range(FEW)))
    registry.add(page("manifest", order=200, group=FIGURES, count=lambda viewer: 3))
    return registry


def folded(registry: Registry, *, at: str = "", opened: tuple[str, ...] = ()) -> list[str]:
    shelves = grouped(registry.entries(Somebody(), at=at), opened=opened)
    return [shelf.group.key for shelf in shelves if not shelf.is_open]


def test_a_short_bar_folds_nothing(registry: Registry) -> None:
    assert folded(registry) == []


def test_a_long_bar_folds_what_is_not_daily_until_it_is_opened_or_we_are_in_it() -> None:
    bar = long_bar()

    assert folded(bar) == ["figures"]
    assert folded(bar, opened=("figures",)) == []
    assert folded(bar, at="/manifest.webmanifest") == []


def test_a_folded_heading_says_what_waits_inside() -> None:
    shelves = grouped(long_bar().entries(Somebody()))
    frame = SimpleNamespace(groups=shelves)

    with translation.override("en"):
        bar = render_to_string("web/parts/side.html", {"frame": frame})

    assert shelves[-1].count == Count(3)
    heading = bar[bar.index("<summary") : bar.index("</summary>")]
    assert strip_tags(heading).strip() == "Figures3"
