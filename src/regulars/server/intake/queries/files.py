"""The files that were brought: history, one of them, what can still be done with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.conf import settings
from django.db.models import QuerySet

from regulars.server.core import queries as core
from regulars.server.core.models import Book, Job, Person
from regulars.server.core.rules import Permission, Role
from regulars.server.customers.models import Customer
from regulars.server.facts import lake
from regulars.server.facts.models import FactFile
from regulars.server.intake.models import Import
from regulars.server.intake.queries.places import traces
from regulars.server.intake.reader.mapping import REASON_COLUMNS

FACTS = tuple(lake.COLUMNS)  # the kinds whose rows go to the lake


def imports(viewer: Person) -> QuerySet[Import]:
    """The history, newest first; nothing for those who may not bring files."""
    if not viewer.may(Permission.IMPORT):
        return Import.objects.none()
    return Import.objects.select_related("brought_by", "brought_key", "job", "source").order_by(
        "-pk"
    )


def one(viewer: Person, key: str) -> Import | None:
    return imports(viewer).filter(public_id=key).first()


def by_job(job: Job) -> Import | None:
    """The file that a job is about."""
    return Import.objects.filter(public_id=job.subject.partition(":")[2]).first()


def failed_by_job(jobs: Iterable[Job]) -> dict[int, Import]:
    """The files that failed, by the job in which they did."""
    found = Import.objects.filter(job__in=list(jobs), state=Import.State.FAILED)
    return {one.job_id: one for one in found if one.job_id is not None}


def under_way() -> QuerySet[Import]:
    """Files that somebody began to read or load, and that no queued job will finish."""
    states = (Import.State.LOOKING, Import.State.CHECKING, Import.State.LOADING)
    waiting = (Job.State.WAITING, Job.State.RUNNING)
    return Import.objects.filter(state__in=states).exclude(job__state__in=waiting)


def source(found: Import) -> str:
    """The name under which the lake knows a file's facts."""
    return f"import:{found.public_id}"


def by_keys(keys: Collection[str]) -> QuerySet[Import]:
    """The imports whose keys stand in the provenance of values."""
    found = Import.objects.filter(public_id__in=keys).select_related("source")
    return found.order_by("pk")


def can_withdraw(found: Import) -> bool:
    """Tell whether a file can be taken out again: what it did is known."""
    if found.state not in {Import.State.DONE, Import.State.UNDOING}:
        return False
    if traces(found).is_dir():
        return True
    return FactFile.objects.filter(source=source(found), replaced_at__isnull=True).exists()


def mended(found: Import) -> QuerySet[Import]:
    """The mended files of an import that were loaded, in their order."""
    return Import.objects.filter(mends=found, state=Import.State.DONE).order_by(
        "ended_at", "pk"
    )


def whose_refusals(kind: str, header: list[str]) -> Import | None:
    """The import whose refused rows a file with a column of reasons holds."""
    if not set(header) & set(REASON_COLUMNS):
        return None
    columns = [name for name in header if name not in REASON_COLUMNS]
    loaded = Import.objects.filter(
        kind=kind, state=Import.State.DONE, refused__gt=0, mends=None
    ).order_by("-pk")[:200]
    return next((one for one in loaded if one.reading["header"] == columns), None)


def names_of_books() -> frozenset[str]:
    """By which names a file may say whose a customer is."""
    codes = {code.casefold() for (code,) in Book.objects.values_list("code")}
    managers = Person.objects.filter(role=Role.RM).values_list("username")
    return frozenset(codes | {name.casefold() for (name,) in managers})


def demo_keeps_its_data() -> bool:
    """Tell whether this home refuses files."""
    company = core.company()
    is_demo = settings.IS_DEMO or bool(company and company.is_demo)
    return is_demo and not (company and company.settings.get("demo_takes_files"))


def has_customers() -> bool:
    return Customer.objects.exists()


def has_facts() -> bool:
    return FactFile.objects.filter(replaced_at__isnull=True).exists()
