"""Who recommended whom: links and codes, the friend's own consent, and what both sides get.

A *link* is one customer's way to recommend us. A *referral* is one friend who came by it, or
whom somebody wrote down; it moves from received to customer, and each *step* is told to who
referred. *Terms* say which event earns which *reward*, for the two of them and nobody else:
there is one level. What looks like a referral of oneself is a *finding*: it is decided on by
a person, and nothing is paid before.
"""
