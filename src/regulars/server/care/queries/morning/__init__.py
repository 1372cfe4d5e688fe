"""What the morning run reads: few set-wise statements that narrow everybody down.

Each source yields rows of one trigger; `care.rules.detect` decides. They run inside
`core.scope.everything()` and take no viewer: nobody looks, the system plans.
"""

from regulars.server.care.queries.morning import answers, payroll, playbooks, standard
from regulars.server.care.queries.morning.happenings import rows
from regulars.server.care.queries.morning.money import (
    corporate,
    idle,
    inflows,
    outflows,
    settling_less,
)
from regulars.server.care.queries.morning.owners import greeted, new_owners
from regulars.server.care.queries.morning.passed import overtaken
from regulars.server.care.queries.morning.people import (
    birthday_keys,
    birthdays,
    birthdays_within,
    life_actions,
    overdue,
    promises,
)
from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.queries.morning.standing import (
    below_tier,
    near_next_tier,
    turned_dormant,
)
from regulars.server.care.queries.morning.statements import (
    TIER_OF,
    customers_of,
    published_before,
    sql,
    tier_run,
    tier_run_before,
)
from regulars.server.care.queries.morning.subjects import existing, refused, subjects, tallies

__all__ = [
    "TIER_OF",
    "Sight",
    "answers",
    "below_tier",
    "birthday_keys",
    "birthdays",
    "birthdays_within",
    "corporate",
    "customers_of",
    "existing",
    "greeted",
    "idle",
    "inflows",
    "life_actions",
    "near_next_tier",
    "new_owners",
    "outflows",
    "overdue",
    "overtaken",
    "payroll",
    "playbooks",
    "promises",
    "published_before",
    "refused",
    "rows",
    "settling_less",
    "sql",
    "standard",
    "subjects",
    "tallies",
    "tier_run",
    "tier_run_before",
    "turned_dormant",
]
