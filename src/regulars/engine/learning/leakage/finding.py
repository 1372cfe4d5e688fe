"""What is said of a feature that knows the outcome."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.base.errors import BadInput

ALONE = 0.97


@dataclass(frozen=True)
class Finding:
    """Why a feature is refused.

    Attributes
    ----------
    feature
        Its name.
    rule
        `declared`, `alone`, `beyond_others` or `mark`.
    figure
        The AUC alone, the AUC reached with it, or the share with the rarer outcome.
    message
        One sentence for a person.
    """

    feature: str
    rule: str
    figure: float
    message: str


class Leak(BadInput):
    """A feature knows the outcome."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(" ".join(finding.message for finding in findings))
        self.findings = findings


def too_good(name: str, auc: float) -> Finding:
    return Finding(
        name,
        "alone",
        auc,
        f"{name} knows the outcome: it alone orders the rows with an AUC of {auc:.3f}, and "
        f"{ALONE} or more is refused. {advice(name)}",
    )


def too_much(name: str, reached: float, without: float) -> Finding:
    return Finding(
        name,
        "beyond_others",
        reached,
        f"{name} knows more than all other features together: with it the AUC is "
        f"{reached:.3f}, without it {without:.3f}. {advice(name)}",
    )


def advice(name: str) -> str:
    return (
        f"Drop {name}, or declare it known before the outcome with "
        f'known_at={{"{name}": "before"}}.'
    )
