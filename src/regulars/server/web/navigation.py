"""Which pages there are, and which of them one person's frame shows.

A feature registers its pages from `apps.ready()`; nothing here knows a feature.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Protocol

from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

Words = str | Promise
TABS = 5
FEW = 12  # a bar of so many pages shows them all; a longer one folds what is not daily


@dataclass(frozen=True)
class Group:
    """Pages of the side bar under one heading."""

    key: str
    label: Words
    is_daily: bool = False  # never folded


DAY = Group("day", "", is_daily=True)
CUSTOMERS = Group("customers", pgettext_lazy("pages", "Customers"), is_daily=True)
REACH = Group("reach", pgettext_lazy("pages", "Reaching customers"))
FIGURES = Group("figures", pgettext_lazy("pages", "Figures"))
SERVICE = Group("service", pgettext_lazy("pages", "How we serve"))
DATA = Group("data", pgettext_lazy("pages", "Data"))
SYSTEM = Group("system", pgettext_lazy("pages", "System"))
DEMO = Group("demo", pgettext_lazy("pages", "Demo"))


class Viewer(Protocol):
    """The person who looks."""

    @property
    def role(self) -> str: ...

    def may(self, permission: str) -> bool: ...


@dataclass(frozen=True)
class Count:
    """What stands beside an entry because somebody must act; red when `late`."""

    value: int
    late: bool = False


Counting = Callable[[Viewer], "int | Count | None"]


@dataclass(frozen=True)
class Page:
    """An entry of the side bar. Without `permission` every signed-in person has it."""

    key: str
    label: Words
    url_name: str
    icon: str
    permission: str = ""
    group: Group = DAY
    order: int = 100
    count: Counting | None = None
    roles: tuple[str, ...] = ()  # empty: every role that holds the permission
    query: str = ""  # a saved list is its page with a query: "filter=forgotten"
    short: Words = ""  # the word under the icon on a phone
    on_phone: bool = True


@dataclass(frozen=True)
class Slot:
    """A place in the frame that one feature fills: search, suggest, record, sign_out, out."""

    url_name: str
    permission: str = ""


@dataclass(frozen=True)
class Entry:
    """One page as one person sees it now."""

    key: str
    label: str
    short: str
    url: str
    icon: str
    group: Group
    current: bool
    count: Count | None


@dataclass
class Registry:
    """The pages and slots of one installation."""

    pages: dict[str, Page] = field(default_factory=dict)
    slots: dict[str, Slot] = field(default_factory=dict)

    def add(self, *pages: Page) -> None:
        """Offer pages; a key stands for one page only."""
        for page in pages:
            if self.pages.get(page.key, page) != page:
                raise ImproperlyConfigured(
                    f"Two pages are called {page.key!r}. Give one of them another key."
                )
            self.pages[page.key] = page

    def place(self, name: str, url_name: str, permission: str = "") -> None:
        """Fill a slot of the frame."""
        self.slots[name] = Slot(url_name, permission)

    def slot(self, name: str, viewer: Viewer) -> str:
        """Return the address behind a slot, or nothing if this person has none."""
        slot = self.slots.get(name)
        return reverse(slot.url_name) if slot and _granted(viewer, slot.permission) else ""

    def entries(
        self, viewer: Viewer, *, at: str = "", current: str = "", counted: bool = True
    ) -> list[Entry]:
        """List the pages of one person; the one that `at` (an address) lies in is current."""
        pages = sorted(self._open_to(viewer), key=lambda page: (page.order, page.key))
        here = current or self._nearest(pages, at)
        return [
            _entry(page, viewer, current=page.key == here, counted=counted) for page in pages
        ]

    def tabs(self, entries: Iterable[Entry], *, places: int = TABS) -> list[Entry]:
        """Pick those that fit on a phone's tab bar: the daily ones, then others to fill it."""
        kept = list(entries)
        daily = [entry for entry in kept if self.pages[entry.key].on_phone]
        further = [entry for entry in kept if entry not in daily and entry.group.is_daily]
        return [*daily, *further][:places]

    def _open_to(self, viewer: Viewer) -> list[Page]:
        return [
            page
            for page in self.pages.values()
            if _granted(viewer, page.permission)
            and (not page.roles or viewer.role in page.roles)
        ]

    def _nearest(self, pages: Iterable[Page], at: str) -> str:
        """The page whose address is the longest beginning of where we are."""
        path, _, query = at.partition("?")
        found = [
            (len(address) + len(page.query), page.key)
            for page in pages
            if path.startswith(address := reverse(page.url_name))
            and (address != "/" or path == "/")
            and (not page.query or page.query == query)
        ]
        return max(found)[1] if found else ""


@dataclass(frozen=True)
class Shelf:
    """One group of a person's side bar; folded ones are opened by their heading."""

    group: Group
    pages: tuple[Entry, ...]
    is_open: bool

    @property
    def count(self) -> Count | None:
        """What waits in all its pages, for the heading while they are folded."""
        found = [entry.count for entry in self.pages if entry.count]
        late = any(each.late for each in found)
        return Count(sum(each.value for each in found), late) if found else None


def grouped(entries: Iterable[Entry], *, opened: Collection[str] = ()) -> list[Shelf]:
    """Cut the side bar into its groups, in the order of their first pages.

    A long bar folds the groups that are not daily, save the one that the page lies in
    and those that the person has `opened` (keys of groups).
    """
    order: dict[str, int] = {}
    kept = list(entries)
    for entry in kept:
        order.setdefault(entry.group.key, len(order))
    kept.sort(key=lambda entry: order[entry.group.key])
    is_short = len(kept) <= FEW
    return [
        _shelf(group, tuple(found), is_open=is_short or group.key in opened)
        for group, found in groupby(kept, key=lambda entry: entry.group)
    ]


def _shelf(group: Group, pages: tuple[Entry, ...], *, is_open: bool) -> Shelf:
    here = any(entry.current for entry in pages)
    return Shelf(group, pages, is_open or group.is_daily or here)


def _granted(viewer: Viewer, permission: str) -> bool:
    return not permission or viewer.may(permission)


def _entry(page: Page, viewer: Viewer, *, current: bool, counted: bool) -> Entry:
    found = page.count(viewer) if page.count and counted else None
    return Entry(
        key=page.key,
        label=str(page.label),
        short=str(page.short or page.label),
        url=reverse(page.url_name) + (f"?{page.query}" if page.query else ""),
        icon=page.icon,
        group=page.group,
        current=current,
        count=Count(found) if isinstance(found, int) else found,
    )


registry = Registry()
add = registry.add
place = registry.place
