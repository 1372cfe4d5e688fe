"""What the company wrote for the reasons of a card: the script in force, objection cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from regulars.server.care.models import Task
from regulars.server.content import queries as content
from regulars.server.content.queries import InForce, Library
from regulars.server.content.rules.shape import Asked, Card, Step

MOST = 3  # a card is read before a call, not studied


@dataclass(frozen=True)
class Objection:
    """What the customer may say, and an answer, on whose word."""

    said: str
    answer: str
    value: str
    standing: str


@dataclass(frozen=True)
class Written:
    """The texts in force, read once for a page of cards."""

    library: Library
    language: str

    def script(self, task: Task, level: int | None) -> InForce | None:
        """The script that stands in the place of the trigger's own words."""
        if task.facts.get("playbook"):
            return self._said(task)
        return self.library.script_for(_asked([task], level))

    def step(self, task: Task) -> tuple[InForce, Step] | None:
        """The step of a playbook that a reason is, as it stands today."""
        return self.library.step_of(task.facts.get("playbook", ""), task.facts.get("key", ""))

    def asks(self, tasks: Sequence[Task]) -> tuple[str, ...]:
        """The questions of the steps among some reasons."""
        steps = [self.step(task) for task in tasks if task.facts.get("playbook")]
        return tuple(
            one.text.of(self.language) for step in steps if step for one in step[1].questions
        )

    def _said(self, task: Task) -> InForce | None:
        found = self.step(task)
        if found is None or not found[1].say:
            return None
        text, step = found
        return replace(text, body=Card(step.purpose, step.say, step.hint))

    def objections(
        self, tasks: Sequence[Task], level: int | None, *, name: str
    ) -> tuple[Objection, ...]:
        """Cards for the reasons of a contact, the closest first."""
        if not tasks:
            return ()
        found = self.library.objections_for(_asked(tasks, level), most=MOST)
        return tuple(self._told(text, name) for text in found)

    def _told(self, text: InForce, name: str) -> Objection:
        card, language = text.card, self.language
        return Objection(
            card.title.of(language),
            card.say.of(language).replace("{name}", name),
            card.hint.of(language).replace("{name}", name),
            text.standing,
        )


def written(language: str) -> Written:
    """What is in force today, for a reader."""
    return Written(content.in_force(), language)


def _asked(tasks: Sequence[Task], level: int | None) -> Asked:
    codes = {str(task.facts["product"]) for task in tasks if task.facts.get("product")}
    return Asked(
        triggers=tuple(dict.fromkeys(task.trigger for task in tasks)),
        products=tuple(sorted(codes)),
        stages=tuple(str(t.facts["entered"]) for t in tasks if t.facts.get("entered")),
        levels=(level,) if level is not None else (),
    )


def questions(tasks: Sequence[Task], language: str) -> list[tuple[Task, InForce, Step]]:
    """The steps of playbooks that some reasons are, where they ask something."""
    texts = written(language)
    found = ((task, texts.step(task)) for task in tasks)
    return [(task, *one) for task, one in found if one is not None and one[1].questions]
