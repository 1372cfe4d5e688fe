"""E-mail by the company's own server.

A server knows no key of ours, so the mark is set at the last moment: after it said 354 to DATA
and before the letter's first byte. A letter whose end nobody saw is never handed over again.
"""

from regulars.server.delivery.kinds.smtp.line import Smtp

__all__ = ["Smtp"]
