"""The settings of a gateway that the company describes itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.delivery.kinds.base import Field
from regulars.server.delivery.kinds.sms.line import MARKET, OWED, TOKEN

YES_NO = (("no", pgettext_lazy("setting", "No")), ("yes", pgettext_lazy("setting", "Yes")))

FIELDS = (
    Field(
        "url",
        _("Address"),
        _("May hold the places {phone}, {text}, {key} and others, as the body may."),
    ),
    Field(
        "method", _("HTTP method"), default="POST", choices=(("POST", "POST"), ("GET", "GET"))
    ),
    Field(
        "format",
        _("Format of the body"),
        default="json",
        choices=(("json", "JSON"), ("form", _("Form")), ("xml", "XML")),
    ),
    Field(
        "body",
        _("Body"),
        _(
            "Places: {phone} (+86...), {national}, {text} (with signature and opt-out), "
            "{plain}, {signature}, {key}, {template}, {user}, {password}, {time}, {sign}."
        ),
        default='{"phone":"{phone}","content":"{text}","id":"{key}"}',
    ),
    Field("headers", _("Headers"), _("One a line: Name: value."), required=False),
    Field("user", _("User name"), required=False),
    Field("password", _("Password or key"), required=False, secret=True),
    Field(
        "signed",
        _("What {sign} is made of"),
        _("Such as {user}{password}{time}."),
        required=False,
    ),
    Field(
        "digest",
        _("How {sign} is made"),
        default="md5",
        choices=(
            ("md5", "MD5"),
            ("sha256", "SHA-256"),
            ("hmac-sha256", _("HMAC-SHA-256 with the password")),
        ),
    ),
    Field(
        "code_path",
        _("Where the answer has its code"),
        _("Such as data.0.code; empty: the answer begins with it."),
        default="code",
        required=False,
    ),
    Field("good_code", _("Code of success"), default="0"),
    Field(
        "id_path", _("Where the answer has the message's number"), default="id", required=False
    ),
    Field("said_path", _("Where the answer has its words"), default="message", required=False),
    Field("later_codes", _("Codes that only ask to wait"), required=False),
    Field("line_codes", _("Codes that stop the line (balance, password)"), required=False),
    Field("dead_codes", _("Codes of numbers that do not exist"), required=False),
    Field(
        "keyed",
        _("Sends a {key} once, however often it is given"),
        _("Only where the provider promises it in writing."),
        default="no",
        choices=YES_NO,
    ),
    Field("rows_path", _("Receipts: where the list is"), required=False),
    Field(
        "report_id", _("Receipts: field of the message's number"), default="id", required=False
    ),
    Field("report_state", _("Receipts: field of the state"), default="status", required=False),
    Field("good_states", _("Receipts: states of what arrived"), default="DELIVRD"),
    Field("report_phone", _("Receipts and replies: field of the phone"), default="phone"),
    Field("report_time", _("Receipts and replies: field of the time"), default="time"),
    Field("reply_text", _("Replies: field of the text"), default="content"),
    Field("heard", _("What the gateway wants to hear"), default="ok"),
    MARKET,
    *OWED,
    TOKEN,
)
