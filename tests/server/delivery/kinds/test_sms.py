"""SMS: what is owed, how gateways are called, and what their answers and calls mean."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from regulars.base.errors import BadInput
from regulars.server.core.webhooks.sending import Outcome
from regulars.server.delivery.kinds import End, Happened, Message, Size, Twice, World
from regulars.server.delivery.kinds.sms import aliyun, tencent, twilio
from regulars.server.delivery.kinds.sms.aliyun import Aliyun
from regulars.server.delivery.kinds.sms.gateway import Gateway
from regulars.server.delivery.kinds.sms.tencent import Tencent
from regulars.server.delivery.kinds.sms.twilio import Twilio
from regulars.testing.channel import Marks
from regulars.testing.providers import LOCAL
from regulars.testing.providers.aliyun import AliyunStandIn
from regulars.testing.providers.gateway import GatewayStandIn
from regulars.testing.providers.standing import Asked, HttpStandIn, Reply, call
from regulars.testing.providers.tencent import TencentStandIn
from regulars.testing.providers.twilio import TwilioStandIn

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
NOTICE = Message("k1", "+8613900001234", "您的存单明日到期。", marketing=False)
OFFER = Message("k1", "+8613900001234", "年末礼遇。")


def line(**settings: str) -> Gateway:
    settings = {"url": "https://sms.example/send"} | settings
    return Gateway(GatewayStandIn().settings() | settings, LOCAL)


def test_a_marketing_message_begins_with_the_signature_and_ends_with_the_way_out() -> None:
    assert line().words(OFFER).text == "【云杉银行】年末礼遇。拒收请回复R"
    assert line().words(replace(OFFER, text="【云杉银行】年末礼遇。拒收请回复R")).text == (
        "【云杉银行】年末礼遇。拒收请回复R"
    )
    assert line(purpose="notice").words(NOTICE).text == "【云杉银行】您的存单明日到期。"


def test_signature_and_way_out_are_weighed_too() -> None:
    assert line().size(OFFER) == Size(1, 17, "characters")
    assert line().size(replace(OFFER, text="惠" * 59)) == Size(2, 71, "characters")
    assert line(market="international", opt_out="STOP to end").size(
        replace(OFFER, text="a" * 148)
    ) == Size(1, 160, "gsm7")


def test_more_than_operators_take_is_refused_before_it_is_sent() -> None:
    assert not line().refusal(replace(OFFER, text="惠" * 488))
    assert "501" in line().refusal(replace(OFFER, text="惠" * 489))


def test_advertising_does_not_go_out_as_a_notice_and_no_notice_as_advertising() -> None:
    assert "other purpose" in line(purpose="notice").refusal(OFFER)
    assert "other purpose" in line().refusal(NOTICE)
    assert not line(purpose="notice").refusal(NOTICE)


@pytest.mark.parametrize(
    "to", ["13900001234", "+8612900001234", "+86139000012", "+14155552671"]
)
def test_a_line_in_china_reaches_mobiles_in_china(to: str) -> None:
    assert line().refusal(replace(OFFER, to=to))


@pytest.mark.parametrize("state", ["waiting", "refused", ""])
def test_a_signature_that_is_not_registered_keeps_the_line_shut(state: str) -> None:
    with pytest.raises(BadInput, match="signature"):
        line(signature_status=state).check()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"url": "ftp://sms.example/"}, "is no address"),
        ({"url": "https://user@sms.example/"}, "is no address"),
        ({"body": '{"a":"{txet}"}'}, "no place {txet}"),
        ({"body": '{"a":"{phone}"}'}, "holds the text"),
        ({"body": '{"a":"{text}"}'}, "holds the number"),
        ({"format": "yaml"}, "no known choice"),
        ({"good_code": ""}, "is empty"),
        ({"signature": ""}, "signature"),
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, str], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        line(**wrong).check()


def test_no_text_breaks_out_of_its_place() -> None:
    with GatewayStandIn() as provider:
        hostile = replace(OFFER, text='a","ref":"x"}],"user":"y\\u0022 {password} {sign}\n')
        with Gateway(provider.settings(), LOCAL).open() as way:
            receipt = way.send(hostile, Marks(provider))

        assert receipt.end is End.SENT
        assert provider.took[0].text == (
            '【云杉银行】a","ref":"x"}],"user":"y\\u0022 {password} {sign}拒收请回复R'
        )


class Listening(HttpStandIn):
    """A gateway that takes anything and keeps how it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Asked] = []

    def answer(self, asked: Asked, order: str) -> Reply:
        self.asked.append(asked)
        return Reply(200, "0,sent-1")

    def settings(self) -> dict[str, str]:
        return {"url": self.url, "code_path": "", "good_code": "0,"}

    def message(self, key: str) -> Message:
        return OFFER


def test_a_gateway_is_called_by_a_form_or_an_address_and_may_answer_in_plain_words() -> None:
    form = {"format": "form", "body": "m={national}&c={text}", "headers": "X-Key: {key}\n"}
    with Listening() as provider:
        get = {"method": "GET", "url": provider.url + "/send?c={plain}&m={phone}"}
        for more in (form, get):
            with line(**provider.settings() | more).open() as way:
                assert (
                    way.send(replace(OFFER, text="a&b=c 惠"), Marks(provider)).end is End.SENT
                )

    [by_form, by_address] = provider.asked
    assert by_form.form == {"m": "13900001234", "c": "【云杉银行】a&b=c 惠拒收请回复R"}
    assert by_form.headers["x-key"] == "k1"
    assert (by_address.method, by_address.query) == (
        "GET",
        {"c": "a&b=c 惠", "m": "+8613900001234"},
    )


def test_a_gateway_that_knows_our_key_may_be_asked_again() -> None:
    assert line().can.twice is Twice.NEVER
    assert line(keyed="yes").can.twice is Twice.KEYED


def test_a_gateway_inside_is_called_only_where_the_house_says_so() -> None:
    with GatewayStandIn() as provider:
        with Gateway(provider.settings(), World()).open() as way:
            receipt = way.send(OFFER, Marks(provider))

        assert (receipt.end, receipt.code, receipt.line) == (End.LATER, "private_address", True)
        assert provider.took == []


@pytest.mark.parametrize(
    ("code", "end", "wait", "dead", "on_line"),
    [
        ("isv.BUSINESS_LIMIT_CONTROL", End.LATER, 3600.0, False, False),
        ("Throttling.User", End.LATER, 1.0, False, False),
        ("isv.MOBILE_NUMBER_ILLEGAL", End.REFUSED, None, True, False),
        ("isv.AMOUNT_NOT_ENOUGH", End.LATER, None, False, True),
        ("isv.SMS_SIGNATURE_ILLEGAL", End.LATER, None, False, True),
        ("isv.BLACK_KEY_CONTROL_LIMIT", End.REFUSED, None, False, False),
        ("isv.TEMPLATE_MISSING_PARAMETERS", End.REFUSED, None, False, False),
        ("isp.SYSTEM_ERROR", End.UNKNOWN, None, False, False),
    ],
)
def test_alibaba_clouds_codes(
    code: str, end: End, wait: float | None, dead: bool, on_line: bool
) -> None:
    receipt = aliyun.read(said(Code=code, Message="触发小时级流控Permits:5"))

    assert (receipt.end, receipt.wait, receipt.dead, receipt.line) == (end, wait, dead, on_line)


@pytest.mark.parametrize(
    ("code", "end", "dead", "on_line"),
    [
        ("LimitExceeded.PhoneNumberDailyLimit", End.LATER, False, False),
        ("FailedOperation.MarketingSendTimeConstraint", End.LATER, False, False),
        ("InvalidParameterValue.IncorrectPhoneNumber", End.REFUSED, True, False),
        ("FailedOperation.PhoneNumberInBlacklist", End.REFUSED, False, False),
        ("FailedOperation.ContainSensitiveWord", End.REFUSED, False, False),
        ("FailedOperation.InsufficientBalanceInSmsPackage", End.LATER, False, True),
        ("InternalError.Timeout", End.UNKNOWN, False, False),
    ],
)
def test_tencent_clouds_codes(code: str, end: End, dead: bool, on_line: bool) -> None:
    receipt = tencent.read(said(Response={"SendStatusSet": [{"Code": code}]}))

    assert (receipt.end, receipt.dead, receipt.line) == (end, dead, on_line)


def test_who_refused_at_the_provider_is_told_from_a_number_that_is_gone() -> None:
    black = {"Code": "FailedOperation.PhoneNumberInBlacklist"}
    receipts = [
        twilio.read(said(400, code=21610, message="unsubscribed", status=400)),
        tencent.read(said(Response={"SendStatusSet": [black]})),
    ]

    assert [(each.stopped, each.dead) for each in receipts] == [(True, False)] * 2


def test_abroad_the_way_out_goes_into_the_template() -> None:
    abroad = {"market": "international", "opt_out": "TD to end"}
    kind = Tencent(TencentStandIn().settings() | abroad, LOCAL)
    message = replace(OFFER, to="+14155552671", text="Hello")

    assert kind.plain(message) == "Hello TD to end"
    assert Tencent(TencentStandIn().settings(), LOCAL).plain(OFFER) == "年末礼遇。"


def test_tencent_cloud_may_refuse_the_whole_call() -> None:
    receipt = tencent.read(said(Response={"Error": {"Code": "AuthFailure.SignatureFailure"}}))

    assert (receipt.end, receipt.line) == (End.LATER, True)


@pytest.mark.parametrize(
    ("status", "code", "end", "dead", "on_line"),
    [
        (429, 20429, End.LATER, False, False),
        (400, 21211, End.REFUSED, True, False),
        (400, 21614, End.REFUSED, True, False),
        (400, 21610, End.REFUSED, False, False),
        (401, 20003, End.LATER, False, True),
        (400, 21606, End.LATER, False, True),
    ],
)
def test_twilios_codes(status: int, code: int, end: End, dead: bool, on_line: bool) -> None:
    receipt = twilio.read(said(status, code=code, message="no", status=status))

    assert (receipt.end, receipt.dead, receipt.line) == (end, dead, on_line)


@pytest.mark.parametrize("read", [aliyun.read, tencent.read, twilio.read])
@pytest.mark.parametrize(
    ("status", "end"),
    [(200, End.UNKNOWN), (500, End.UNKNOWN), (502, End.UNKNOWN), (504, End.UNKNOWN),
     (503, End.LATER), (429, End.LATER), (403, End.LATER), (413, End.REFUSED),
     (404, End.LATER), (302, End.LATER)],
)  # fmt: skip
def test_an_answer_that_nobody_understands_is_never_sent_again(
    read: object, status: int, end: End
) -> None:
    outcome = Outcome(status, 1, "", True, b"<html>Bad Gateway</html>")

    assert read(outcome).end is end  # type: ignore[operator]  # one of three functions


def test_what_customers_write_back_is_heard_with_who_wrote() -> None:
    for kind, provider, word in (
        (Aliyun, AliyunStandIn(), "TD"),
        (Tencent, TencentStandIn(), "T"),
        (Gateway, GatewayStandIn(), "退订"),
        (Twilio, TwilioStandIn(), "STOP"),
    ):
        message = provider.message("k1")
        made = kind(provider.settings() | {"url": "https://sms.example/"}, LOCAL)
        receipt = aliyun.read(said(Code="OK", BizId="b1"))

        arrived, replied = provider.told(message, receipt)
        [first] = made.hear(arrived, at=NOW).events
        [second] = made.hear(replied, at=NOW).events

        assert (first.what, first.id) == (Happened.DELIVERED, "b1")
        assert (second.what, second.text) == (Happened.REPLIED, word)
        assert (first.address, second.address) == (message.to, message.to)


def test_a_number_that_does_not_exist_is_told_from_one_that_is_off() -> None:
    provider = AliyunStandIn()
    kind = Aliyun(provider.settings(), LOCAL)
    rows = [
        {"phone_number": "13900001234", "success": False, "err_code": code, "biz_id": "b1"}
        for code in ("MK:0001", "MK:0012")
    ]

    events = kind.hear(call(rows, token="aliyun-token"), at=NOW).events

    assert [event.what for event in events] == [Happened.BOUNCED, Happened.FAILED]


def said(http_status: int = 200, /, **answer: object) -> Outcome:
    return Outcome(http_status, 1, "", True, json.dumps(answer).encode())
