"""WeCom: a message is a task for the employee who looks after the customer.

Nothing goes out before that person confirms it on the phone, and what the provider allows one
customer is counted by the provider; so a message is *created*, and later asked about.
"""

from regulars.server.delivery.kinds.wecom.line import WeCom

__all__ = ["WeCom"]
