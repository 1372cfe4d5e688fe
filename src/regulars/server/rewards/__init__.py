"""What customers get beside points: coupons, gifts, privileges; and what each tier costs.

A *coupon* is a code that is redeemed once; a *batch* is so many of them of one *kind*. A *gift*
lies in the stock of a branch and becomes a *present*: asked for, approved, handed over, signed.
A *privilege* is a service that a tier gives so often in a period; each *use* is written down.
Terms are versions: what holds is never changed, only followed by the next.
"""
