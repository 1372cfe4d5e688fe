"""What a company decides: how often, how early, how many. Defaults are triggers.md's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from regulars.server.care.rules.shape import Pack, Priority, Trigger
from regulars.server.standards.rules import PERSON, Matrix, Standard, preset, with_settings
from regulars.server.standards.rules.lines import HIGH, MASS, MIDDLE, NEGATIVE, TOP, UNTIERED

# Which trades' triggers a company begins with, by its kind.
PACKS: Mapping[str, tuple[Pack, ...]] = {
    "bank": (Pack.UNIVERSAL, Pack.BANK, Pack.CORPORATE, Pack.B2B),
    "retail": (Pack.UNIVERSAL, Pack.RETAIL, Pack.B2B),
}


# What a trade has no use for though its pack is on, until the company chooses its own packs
# or triggers: a bank's customers place no orders.
OFF: Mapping[str, frozenset[str]] = {
    "bank": frozenset({"order_gap", "order_value_drop", "qbr_due"}),
}
FESTIVALS = ("元旦", "春节", "元宵节", "端午节", "中秋节", "国庆节", "重阳节")


@dataclass(frozen=True)
class Policy:
    """The settings of the morning run."""

    # What a day holds for cards, where nothing else is said of somebody.
    minutes_a_day: int = 180
    # Working days within which a deadline is near: such cards take their places first.
    soon: int = 3
    # Marketing to those who never said yes or no: closed unless the company opens it.
    unknown_consent: bool = False
    # The service standard: how each tier is looked after.
    matrix: Matrix = field(default_factory=lambda: preset("bank").matrix)
    deadlines: Mapping[str, int] = field(default_factory=dict)
    off: frozenset[str] = frozenset()
    packs: frozenset[str] = frozenset(Pack)
    # Trigger -> which part of the stake a contact changes, where the company says so (0-1).
    chances: Mapping[str, float] = field(default_factory=dict)
    # Trigger -> its reminders, where the company has its own.
    stages: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    # Trigger -> the company's own ways, minutes and class in the place of those shipped.
    channels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    minutes: Mapping[str, int] = field(default_factory=dict)
    priorities: Mapping[str, int] = field(default_factory=dict)
    # Trigger -> new cards that one person gets of it in a day at most, the best first.
    caps: Mapping[str, int] = field(default_factory=dict)
    # Trigger -> share of those it finds who are left alone, to learn what its cards bring.
    holdouts: Mapping[str, float] = field(default_factory=dict)
    # Trigger -> the day before which all is old news.
    since: Mapping[str, date] = field(default_factory=dict)
    # So many of one list may come into a state at once and all be news.
    wave: int = 5
    # How long money may lie idle after it matured and still be worth a call.
    idle_days: int = 3
    threshold_from: float = 0.8
    # What must lie at sight for a week to be worth a word, in units of money.
    idle_amount: int = 50_000
    # Festivals that are greeted, by their Chinese names, and the tiers that are.
    festivals: tuple[str, ...] = FESTIVALS
    festival_levels: tuple[int, ...] = (TOP, HIGH)
    # Open reasons about files that one person has at most, and of which tiers they are.
    file_tasks: int = 2
    file_tasks_from: int = HIGH

    @classmethod
    def of(
        cls, settings: Mapping[str, Any], *, kind: str = "", matrix: Matrix | None = None
    ) -> Policy:
        """Read a company's settings; what is not set keeps its default.

        Without the service standard in force, `matrix`, that of the kind of company holds.
        Keys: packs [pack], ways {trigger: [channel]}, minutes, priorities, caps,
        holdouts {trigger: share left alone}, news_since {trigger: day}, wave,
        minutes_a_day, unknown_consent ("allow"),
        deadlines {trigger: working days},
        triggers_off [code], file_tasks (open ones per person, 0: none),
        file_tasks_from (level), idle_amount, festivals [name], festival_levels [level].
        """
        usual_off = () if settings.get("packs") else OFF.get(kind, ())
        return cls(
            minutes_a_day=int(settings.get("minutes_a_day", cls.minutes_a_day)),
            unknown_consent=settings.get("unknown_consent") == "allow",
            matrix=matrix or with_settings(preset(kind), settings).matrix,
            deadlines={k: int(v) for k, v in settings.get("deadlines", {}).items()},
            off=frozenset(settings.get("triggers_off", usual_off)),
            packs=frozenset(settings.get("packs") or PACKS.get(kind, tuple(Pack))),
            chances={k: float(v) for k, v in settings.get("chances", {}).items()},
            stages={k: tuple(map(int, v)) for k, v in settings.get("stages", {}).items()},
            channels={k: tuple(map(str, v)) for k, v in settings.get("ways", {}).items()},
            minutes={k: int(v) for k, v in settings.get("minutes", {}).items()},
            priorities={k: int(v) for k, v in settings.get("priorities", {}).items()},
            caps={k: int(v) for k, v in settings.get("caps", {}).items()},
            holdouts={k: float(v) for k, v in settings.get("holdouts", {}).items()},
            since={k: date.fromisoformat(v) for k, v in settings.get("news_since", {}).items()},
            wave=int(settings.get("wave", cls.wave)),
            idle_amount=int(settings.get("idle_amount", cls.idle_amount)),
            festivals=tuple(settings.get("festivals", FESTIVALS)),
            festival_levels=tuple(settings.get("festival_levels", cls.festival_levels)),
            file_tasks=int(settings.get("file_tasks", cls.file_tasks)),
            file_tasks_from=int(settings.get("file_tasks_from", cls.file_tasks_from)),
        )

    def active(self, triggers: Iterable[Trigger]) -> list[Trigger]:
        """Those of the company's trades that are not switched off."""
        return [t for t in triggers if self.has(t)]

    def has(self, trigger: Trigger) -> bool:
        on = trigger.pack == Pack.OWN or trigger.pack in self.packs
        return on and trigger.code not in self.off

    def tuned(self, trigger: Trigger) -> Trigger:
        """The trigger with the company's own numbers in the place of those shipped."""
        code = trigger.code
        changes: dict[str, Any] = {}
        if code in self.priorities:
            changes["priority"] = Priority(self.priorities[code])
        for name, own in (
            ("deadline", self.deadlines),
            ("minutes", self.minutes),
            ("channels", self.channels),
            ("chance", self.chances),
            ("since", self.since),
        ):
            if code in own:
                changes[name] = own[code]
        return replace(trigger, **changes) if changes else trigger

    def standard(
        self, level: int, *, kind: str = PERSON, unit: str = "", business_class: str = ""
    ) -> Standard:
        """How customers of a level are looked after; see the service standard."""
        return self.matrix.standard(level, kind=kind, unit=unit, business_class=business_class)

    @property
    def longest_lead(self) -> int:
        """Days before a birthday at which the earliest tier begins."""
        return self.matrix.longest_lead


__all__ = ["HIGH", "MASS", "MIDDLE", "NEGATIVE", "TOP", "UNTIERED", "Policy", "Standard"]
