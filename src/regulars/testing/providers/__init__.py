"""Providers on this machine: they answer as the real ones document, and check what we sign.

Each is a real server on a port of its own, written from the provider's documentation and not
from our kinds, so that a mistake in one does not hide in the other.
"""

from regulars.testing.providers.aliyun import AliyunStandIn
from regulars.testing.providers.gateway import GatewayStandIn
from regulars.testing.providers.mail import MailServer
from regulars.testing.providers.postmark import PostmarkStandIn
from regulars.testing.providers.standing import LOCAL, HttpStandIn, StandIn, Took
from regulars.testing.providers.tencent import TencentStandIn
from regulars.testing.providers.twilio import TwilioStandIn
from regulars.testing.providers.wecom import WeComStandIn

__all__ = [
    "LOCAL",
    "AliyunStandIn",
    "GatewayStandIn",
    "HttpStandIn",
    "MailServer",
    "PostmarkStandIn",
    "StandIn",
    "TencentStandIn",
    "Took",
    "TwilioStandIn",
    "WeComStandIn",
]
