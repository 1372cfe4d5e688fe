"""What an organisation buys on: who decides there, what was quoted and agreed, how it pays.

A *contact person* speaks for an organisation and may be a customer too. A *quote* has lines;
what came of it are *terms* (discount, credit, payment days), which hold from a day to a day and
are followed by newer ones; *invoices* are owed under terms, and how late they are paid is the
organisation's payment behaviour. The *business profile* says how it bargains.
"""
