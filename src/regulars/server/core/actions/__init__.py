"""Changes of the company, its tree, people and books, and of long work."""

from regulars.server.core.actions.books import (
    add_book,
    assign_book,
    close_book,
    end_help,
    let_help,
    rename_book,
)
from regulars.server.core.actions.calendar import (
    drop_calendar_day,
    load_calendar,
    set_calendar_day,
)
from regulars.server.core.actions.company import (
    CodeTaken,
    add_org_unit,
    change_settings,
    set_up_company,
)
from regulars.server.core.actions.people import (
    LastAdministrator,
    UnknownRole,
    UsernameTaken,
    WeakPassword,
    add_person,
    change_person,
    remove_person,
    set_password,
)
from regulars.server.core.actions.work import (
    ask_job,
    defer,
    end_job,
    refresh_statistics,
    report_job,
    start_job,
    working,
)

__all__ = [
    "CodeTaken",
    "LastAdministrator",
    "UnknownRole",
    "UsernameTaken",
    "WeakPassword",
    "add_book",
    "add_org_unit",
    "add_person",
    "ask_job",
    "assign_book",
    "change_person",
    "change_settings",
    "close_book",
    "defer",
    "drop_calendar_day",
    "end_help",
    "end_job",
    "let_help",
    "load_calendar",
    "refresh_statistics",
    "remove_person",
    "rename_book",
    "report_job",
    "set_calendar_day",
    "set_password",
    "set_up_company",
    "start_job",
    "working",
]
