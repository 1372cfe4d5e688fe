"""E-mail by a provider's API, through django-anymail, which knows their dialects.

Its HTTP goes our way: the address is checked, the mark is asked when the line stands. What
providers tell us is read by anymail's own views, which check their signatures, too.
"""

from regulars.server.delivery.kinds.anymail.line import Anymail

__all__ = ["Anymail"]
