"""What people type at the front door and in the administration."""

from regulars.server.administration.forms.machines import NewKey, WebhookForm
from regulars.server.administration.forms.pages import (
    WORDS,
    ChangeBook,
    ChangePerson,
    Day,
    NewBook,
    NewPerson,
    NewPlace,
    Password,
    Plain,
    Settings,
    SetUp,
    SignIn,
    Trail,
)

__all__ = [
    "WORDS",
    "ChangeBook",
    "ChangePerson",
    "Day",
    "NewBook",
    "NewKey",
    "NewPerson",
    "NewPlace",
    "Password",
    "Plain",
    "SetUp",
    "Settings",
    "SignIn",
    "Trail",
    "WebhookForm",
]
