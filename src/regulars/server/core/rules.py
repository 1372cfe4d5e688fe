"""Roles, what each may do, and how far each one sees. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A job in the company. A role is a set of permissions and a reach."""

    RM = "rm"
    MANAGER = "manager"
    LEADER = "leader"
    LOBBY_MANAGER = "lobby_manager"
    MARKETER = "marketer"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """One thing a person may do. Everything that is not granted is denied."""

    SEE_CUSTOMERS = "customers.see"
    SEE_PERSONAL = "customers.see_personal"  # phone, address, e-mail in full
    RECORD_CONTACT = "care.record"
    SEE_TODAY = "care.today"
    SEE_TEAM = "care.team"
    SEE_TRIGGERS = "care.triggers"  # why cards are made
    EDIT_TRIGGERS = "care.edit_triggers"  # make own ones; the company's numbers from its top
    SEE_BASE = "insight.base"
    SEE_KPIS = "insight.kpis"
    SEE_SCORES = "scoring.see"
    RUN_SCORES = "scoring.run"
    EXPORT = "insight.export"
    SEE_TIERS = "tiers.see"
    EDIT_TIERS = "tiers.edit"
    SEE_LOYALTY = "loyalty.see"  # terms, what points cost
    EDIT_LOYALTY = "loyalty.edit"  # terms, levels, who joins by itself
    EDIT_STANDARDS = "standards.edit"
    ADOPT_STANDARDS = "standards.adopt"  # take a draft into force, review a treatment
    STEER = "standards.steer"  # propose self-service for who costs more than they bring
    IMPORT = "intake.import"
    EDIT_FORMS = "reception.forms"  # hosted forms that strangers fill in
    MERGE = "identity.merge"
    EDIT_POLICY = "channels.policy"
    EDIT_CONTENT = "content.edit"  # scripts, objection cards, playbooks, checklists
    APPROVE_CONTENT = "content.approve"  # what others wrote
    EDIT_TRAINING = "training.edit"  # which role must know what
    SIGN_TRAINING = "training.sign"  # see and sign for those below
    JUDGE_CONTACTS = "training.judge"  # samples of contacts, weak spots
    EDIT_SURVEYS = "voice.edit"  # make surveys, ask by them, bring what was said elsewhere
    RUN_EXPERIMENTS = "experiments.run"  # plan one, bring one, say what follows
    SET_HOLDOUT = "experiments.holdout"  # who is left out of all marketing
    SEE_MESSAGES = "delivery.see"  # what was sent, to whom not, and why
    SEND = "delivery.send"  # pause, go on and stop, say what became of a message
    RUN_SALONS = "salons.run"  # plan, invite, settle: of the own place and below
    CLAIM = "books.claim"  # a customer from the pool, into one's own book
    ASSIGN_BOOKS = "books.assign"
    HANDLE_RIGHTS = "privacy.handle"  # copies, corrections, erasures that people ask for
    ADMINISTER = "administration.all"
    SEE_AUDIT = "administration.audit"
    SEE_JOBS = "administration.jobs"


class Reach(StrEnum):
    """How far a role sees: own books, the branch with those below it, or the company."""

    BOOKS = "books"
    BRANCH = "branch"
    COMPANY = "company"
    NONE = "none"


P = Permission
_READING = {
    *(P.SEE_CUSTOMERS, P.SEE_BASE, P.SEE_KPIS, P.SEE_TIERS, P.SEE_SCORES, P.SEE_TRIGGERS),
    *(P.SEE_LOYALTY, P.SEE_MESSAGES),
}
GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.RM: frozenset(
        {
            *(P.SEE_CUSTOMERS, P.SEE_PERSONAL, P.RECORD_CONTACT, P.SEE_TODAY, P.CLAIM),
            P.SEE_TRIGGERS,
        }
    ),
    Role.LOBBY_MANAGER: frozenset(
        {P.SEE_CUSTOMERS, P.RECORD_CONTACT, P.SEE_TODAY, P.SEE_TRIGGERS}
    ),
    Role.MANAGER: frozenset(
        {
            *_READING,
            *(P.SEE_PERSONAL, P.RECORD_CONTACT, P.SEE_TODAY, P.SEE_TEAM),
            *(P.MERGE, P.CLAIM, P.ASSIGN_BOOKS, P.EDIT_CONTENT, P.STEER),
            *(P.SIGN_TRAINING, P.JUDGE_CONTACTS, P.RUN_EXPERIMENTS, P.RUN_SALONS),
        }
    ),
    Role.LEADER: frozenset(
        {
            *_READING,
            *(P.SEE_PERSONAL, P.RECORD_CONTACT, P.SEE_TEAM, P.ASSIGN_BOOKS),
            *(P.EDIT_CONTENT, P.APPROVE_CONTENT),
            *(P.EDIT_TRAINING, P.SIGN_TRAINING, P.JUDGE_CONTACTS),
            *(P.EDIT_STANDARDS, P.ADOPT_STANDARDS, P.STEER, P.EDIT_TRIGGERS),
            *(P.EDIT_SURVEYS, P.RUN_EXPERIMENTS, P.SET_HOLDOUT, P.SEND),
            P.RUN_SALONS,
        }
    ),
    Role.MARKETER: frozenset(
        {
            *(*_READING, P.EDIT_FORMS, P.EDIT_CONTENT, P.APPROVE_CONTENT),
            *(P.EDIT_LOYALTY, P.EDIT_SURVEYS, P.RUN_EXPERIMENTS, P.SEND, P.RUN_SALONS),
        }
    ),
    Role.ANALYST: frozenset(
        {
            *_READING,
            *(P.RUN_SCORES, P.EDIT_TIERS, P.EXPORT, P.SEE_JOBS, P.MERGE, P.EDIT_STANDARDS),
            P.RUN_EXPERIMENTS,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            *_READING,
            *(P.IMPORT, P.RUN_SCORES, P.ADMINISTER, P.SEE_AUDIT, P.SEE_JOBS),
            *(P.MERGE, P.ASSIGN_BOOKS, P.EDIT_FORMS, P.EDIT_POLICY, P.HANDLE_RIGHTS),
            *(P.EDIT_CONTENT, P.APPROVE_CONTENT, P.EDIT_TRAINING, P.SIGN_TRAINING),
            P.EDIT_LOYALTY,
            *(P.EDIT_STANDARDS, P.ADOPT_STANDARDS, P.STEER, P.EDIT_TRIGGERS),
            *(P.EDIT_SURVEYS, P.RUN_EXPERIMENTS, P.SET_HOLDOUT, P.SEND),
            P.RUN_SALONS,
        }
    ),
    Role.AUDITOR: frozenset({*_READING, P.SEE_AUDIT}),
}
REACH: Mapping[Role, Reach] = {
    Role.RM: Reach.BOOKS,
    Role.LOBBY_MANAGER: Reach.BRANCH,
    Role.MANAGER: Reach.BRANCH,
    Role.LEADER: Reach.BRANCH,
    Role.MARKETER: Reach.COMPANY,
    Role.ANALYST: Reach.COMPANY,
    Role.ADMINISTRATOR: Reach.COMPANY,
    Role.AUDITOR: Reach.COMPANY,
}


@dataclass(frozen=True)
class Scope:
    """Which customers a viewer sees: all of them, or those in some books.

    `everything` wins; with neither the viewer sees nobody. `person` is who looks: a record
    that is given to somebody by name is seen by them, whosever customer it is about, and one
    that names somebody as its subject is not. The system itself is nobody.
    """

    everything: bool = False
    books: tuple[int, ...] = ()
    person: int | None = None

    def holds(self, book: int) -> bool:
        """Tell whether the customers of a book are seen."""
        return self.everything or book in self.books


NOBODY = Scope()
EVERYBODY = Scope(everything=True)


def may(role: str, permission: Permission) -> bool:
    """Tell whether the role holds the permission; unknown roles hold none."""
    try:
        return permission in GRANTS[Role(role)]
    except ValueError:
        return False


def reach(role: str) -> Reach:
    try:
        return REACH[Role(role)]
    except ValueError:
        return Reach.NONE


def mask(value: str, *, head: int = 3, tail: int = 4) -> str:
    """Show the ends of a phone or number: `13812345678` gives `138****5678`."""
    if not value:
        return ""
    if len(value) <= head + tail:
        return "*" * len(value)
    return f"{value[:head]}****{value[-tail:] if tail else ''}"
