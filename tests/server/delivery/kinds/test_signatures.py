"""The signatures are those that the providers publish as examples."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from regulars.server.delivery.kinds import Call, Forged
from regulars.server.delivery.kinds.sms import aliyun, tencent, twilio
from regulars.server.delivery.kinds.wecom import WeCom, callback
from regulars.testing.providers import LOCAL
from regulars.testing.providers.wecom import AES_KEY, CORP, TOKEN, sealed

AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
ECHO = (
    "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
)


def test_alibaba_cloud() -> None:
    image = "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"

    headers = aliyun.signed(
        {"RegionId": "cn-shanghai", "ImageId": image}, host="ecs.cn-shanghai.aliyuncs.com",
        at=datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC),
        nonce="3156853299f313e23d1673dc12e1703d",
        key="YourAccessKeyId", secret="YourAccessKeySecret",
        action="RunInstances", version="2014-05-26",
    )  # fmt: skip

    assert headers["Authorization"] == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;"
        "x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_tencent_cloud() -> None:
    name = b'["\\u672a\\u547d\\u540d"]'
    body = b'{"Limit": 1, "Filters": [{"Values": ' + name + b', "Name": "instance-name"}]}'

    headers = tencent.signed(
        body, host="cvm.tencentcloudapi.com", at=datetime.fromtimestamp(1551113065, UTC),
        key="AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", secret="Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
        action="DescribeInstances", version="2017-03-12", service="cvm",
    )  # fmt: skip

    assert headers["Authorization"] == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/"
        "tc3_request, SignedHeaders=content-type;host, "
        "Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    )


def test_twilio() -> None:
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+12349013030",
        "Digits": "1234",
        "From": "+12349013030",
        "To": "+18005551212",
    }

    signed = twilio.signature("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", form)

    assert signed == "0/KCTR6DLpKmkAf8muzZqo1nDgQ="


def test_wecom_tries_the_address_out() -> None:
    kind = WeCom(
        {"corp": "wx5823bf96d3bd56c7", "callback_token": TOKEN, "aes_key": AES_KEY}, LOCAL
    )
    query = {
        "msg_signature": "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
        "timestamp": "1409659589",
        "nonce": "263014780",
        "echostr": ECHO,
    }
    call = Call("GET", "https://us.example/hear", {}, query, b"")

    assert kind.hear(call, at=AT).body == "1616140317555161061"
    for name in ("timestamp", "nonce", "echostr", "msg_signature"):
        with pytest.raises(Forged):
            kind.hear(replace(call, query=query | {name: "x" + query[name][1:]}), at=AT)


def test_a_call_for_another_company_is_refused() -> None:
    kind = WeCom({"corp": CORP, "callback_token": TOKEN, "aes_key": AES_KEY}, LOCAL)

    with pytest.raises(Forged, match="another company"):
        kind.hear(sealed("<xml></xml>", corp="ww-other"), at=AT)


def test_a_line_without_a_secret_hears_nobody() -> None:
    kind = WeCom({"corp": CORP, "callback_token": "", "aes_key": ""}, LOCAL)

    with pytest.raises(Forged):
        kind.hear(sealed("<xml></xml>"), at=AT)


def test_a_message_is_read_without_following_entities() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><A>&a;</A></xml>'

    assert callback.fields(bomb) == {"A": "&a;"}
