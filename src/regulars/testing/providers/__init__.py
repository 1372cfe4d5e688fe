"""Providers on this machine: they answer as the real ones document, and check what we sign.

Each is a real server on a port of its own, written from the provider's documentation and not
from our kinds, so that a mistake in one does not hide in the other. One module each:
`mail` (SMTP; `sink` is the fast one), `postmark`, `aliyun`, `tencent`, `twilio`, `gateway`,
`wecom`. `standing` has what a stand-in of your own begins with.
"""

from regulars.testing.providers.standing import LOCAL, HttpStandIn, StandIn, Took

__all__ = ["LOCAL", "HttpStandIn", "StandIn", "Took"]
