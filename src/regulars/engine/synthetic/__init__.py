"""A synthetic company is tables as a company has them, and the truth that made them.

For the demo, tests and benchmarks: `bank(until=...)` is a rural commercial bank, `retail(
until=...)` a chain of stores with members. The same arguments give the same company.
"""

from regulars.engine.synthetic.banking.company import bank
from regulars.engine.synthetic.company import Company
from regulars.engine.synthetic.retailing.company import retail
from regulars.engine.synthetic.schema import DEMO_PHONE_PREFIX, PLANTED, SCHEMAS, TABLES

__all__ = ["DEMO_PHONE_PREFIX", "PLANTED", "SCHEMAS", "TABLES", "Company", "bank", "retail"]
