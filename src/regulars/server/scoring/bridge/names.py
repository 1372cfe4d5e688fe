"""Names of the files beside a run, and how far back they reach."""

from __future__ import annotations

from datetime import date

EPOCH = date(1970, 1, 1)  # the engine counts its days from here

# Who has which pseudonym; one row per customer; the contacts; what `regulars score` prints.
CUSTOMERS, FRAME = "keys.parquet", "customers.parquet"
TOUCHES, RESULT = "touches.parquet", "result.json"
# What the records say of the customers: who they are, what is known from outside, and what
# they do not want now.
ATTRIBUTES, EVIDENCE, DECLINED = "attributes.parquet", "evidence.parquet", "declined.parquet"
# What was learned: columns for the frame, and up to three suggestions a customer.
LEARNED, NEXT = "learned.parquet", "next.parquet"
HAD = "had.parquet"  # who had what on the dates that the suggestions' reasons count at
# The engine's columns of customers alike, and what the frame calls them.
ALIKE = {
    "kind": "alike_kind",
    "tenure_band": "alike_tenure",
    "product_pattern": "alike_products",
}
CHURN_MODEL, REFERRALS = "churn_model.json", "referrals.parquet"
TIES = "ties.parquet"  # by customer ids: tier rules walk them
FILES = "files.json"  # the fact files that the run saw
MARKS = "marks.parquet"
# Beside the frame, by customer: what each did in every month back from the date, and what
# each had with us at the ends of some of those months.
MONTHS, ASSETS = "months.parquet", "assets.parquet"
SUMS_VERSION = "days-1"  # another form of the sums makes all of them anew
MEMORY = "6GB"
KEPT_MONTHS = 36  # a year, the year before and the one before that
KEPT_QUARTERS = 9  # the quarter of the date and the two years before it
ASSET_MONTHS = (*range(13), 24)  # every month end of a year, and the year before
SPANS = {"month": 1, "quarter": 3, "year": 12}  # months of a period that pages report
