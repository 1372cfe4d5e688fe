"""Addresses of the front door, whose names have no prefix, and of the administration."""

from __future__ import annotations

from datetime import date

from django.urls import include, path, register_converter

from regulars.server.administration.urls import front
from regulars.server.administration.views import (
    audit,
    jobs,
    keys,
    overview,
    people,
    places,
    settings,
    webhooks,
)


class Day:
    """A date in an address: 2026-11-23."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(Day, "administration_day")

pages = [
    path("", overview.index, name="index"),
    path("people", people.people, name="people"),
    path("people/new", people.add, name="add-person"),
    path("people/<slug:key>", people.change, name="person"),
    path("people/<slug:key>/access", people.activate, name="access"),
    path("people/<slug:key>/password", people.password, name="password"),
    path("organization", places.branches, name="branches"),
    path("organization/new", places.add_branch, name="add-branch"),
    path("organization/books", places.books, name="books"),
    path("organization/books/new", places.add_book, name="add-book"),
    path("organization/books/<int:key>", places.assign, name="assign"),
    path("settings", settings.settings, name="settings"),
    path("settings/years/<int:year>", settings.load_year, name="load-year"),
    path("settings/days", settings.set_day, name="set-day"),
    path("settings/days/<administration_day:day>", settings.drop_day, name="drop-day"),
    path("keys", keys.keys, name="keys"),
    path("keys/new", keys.add, name="add-key"),
    path("keys/<slug:key>/revoke", keys.revoke, name="revoke-key"),
    path("webhooks", webhooks.webhooks, name="webhooks"),
    path("webhooks/new", webhooks.add, name="add-webhook"),
    path("webhooks/<slug:key>", webhooks.webhook, name="webhook"),
    path("webhooks/<slug:key>/switch", webhooks.switch, name="switch-webhook"),
    path("webhooks/<slug:key>/test", webhooks.test, name="test-webhook"),
    path("webhooks/<slug:key>/secret", webhooks.renew, name="renew-webhook"),
    path("webhooks/<slug:key>/remove", webhooks.remove, name="remove-webhook"),
    path(
        "webhooks/<slug:key>/deliveries/<slug:delivery>/again",
        webhooks.again,
        name="deliver-again",
    ),
    path("jobs", jobs.jobs, name="jobs"),
    path("jobs/nightly", jobs.run_nightly, name="run-nightly"),
    path("jobs/<slug:key>", jobs.job, name="job"),
    path("jobs/<slug:key>/row", jobs.job_row, name="job-row"),
    path("audit", audit.audit, name="audit"),
]

urlpatterns = [
    *front.urlpatterns,
    path("administration/", include((pages, "administration"))),
]
