"""Working days that lie behind the bank of `care_home`, written in a few statements.

Not a benchmark of its own: `mornings` calls it, so that the tables are as full as after four
weeks of work. Every RM finishes some fifteen cards a day; most in time, some after it.
"""

from __future__ import annotations

from datetime import date, timedelta

from benchmarks import customer_list as base
from benchmarks.care_home import _plain

DAYS = 28
A_DAY = 15 / 350  # of the customers somebody looks after
CARDS = """
insert into care_card (public_id, customer_id, desk, book_id, day, state, priority, stake, gain,
                       minutes, due_on, over_capacity, outcome, next_step, snooze_reason,
                       closed_at, closed_by_id)
select substr(md5('h' || d.day || c.id), 1, 12), c.id, 'rm', c.book_id, d.day,
       case when h %% 10 < 8 then 'done' else 'expired' end, 2 + h %% 4, 1000 * (h %% 900),
       10 * (h %% 900), 10, d.day + (h %% 4), false,
       case when h %% 10 < 8 then
            (array['reached','reached','interested','no_answer','done','not_now'])[1 + h %% 6]
            else '' end,
       case when h %% 10 < 8 then 'done' else '' end, '',
       d.day + (h %% 6) + time '10:00', b.owner_id
from customers_customer c join core_book b on b.id = c.book_id and b.owner_id is not null
cross join (select '{first}'::date + n as day from generate_series(0, {days}) n
            where extract(isodow from '{first}'::date + n) < 6) d
cross join lateral (select abs(hashint8(c.id * 1000 + (d.day - date '2020-01-01'))) h) x
where h %% 100000 < {share}
"""
TASKS = """
insert into care_task (card_id, customer_id, trigger, cycle, state, priority, stake, chance,
                       gain, minutes, due_on, expires_on, happens_on, learned_on, facts,
                       made_at, closed_at)
select k.id, k.customer_id,
       (array['contact_overdue','deposit_maturity','large_outflow','birthday','aum_drop',
              'wealth_maturity','idle_balance'])[1 + k.id %% 7],
       'past-' || k.day, k.state, k.priority, k.stake, 0.05, k.gain, 10, k.due_on,
       k.due_on + 2, k.day - (k.id %% 3)::int, k.day, '{}', k.day + time '06:00', k.closed_at
from care_card k
"""
# What people do with a day's list: two of three are dealt with, one in twenty put off.
WORKED = (
    """
    update care_card k set outcome = (array['reached','interested','no_answer','done'])
               [1 + k.id %% 4], next_step = 'done', state = 'done', day = '{day}',
           closed_at = '{day}'::date + time '09:00', closed_by_id = b.owner_id
    from core_book b where b.id = k.book_id and k.day <= '{day}' and k.state = 'open'
      and k.desk = 'rm' and not k.over_capacity and k.id %% 3 <> 0
    """,
    """
    update care_task t set state = 'done', closed_at = k.closed_at from care_card k
    where k.id = t.card_id and k.day = '{day}' and k.state = 'done' and t.state = 'open'
    """,
    """
    update care_card set state = 'snoozed', snooze_reason = 'asked', next_on = '{next}',
           day = '{day}'
    where day <= '{day}' and state = 'open' and not over_capacity and id %% 20 = 0
    """,
    """
    insert into channels_touch (public_id, customer_id, at, channel, inbound, two_way, outcome,
                                person_id, purpose, note, need, next_step)
    select substr(md5('w' || k.id), 1, 12), k.customer_id, k.closed_at, 'call', false,
           k.outcome <> 'no_answer', k.outcome, k.closed_by_id, 'service', '', '', ''
    from care_card k where k.day = '{day}' and k.state = 'done'
    """,
)


def written(before: date) -> None:
    """Lay four weeks of finished cards before a day."""
    first = before - timedelta(days=DAYS)
    cards = CARDS.format(first=first, days=DAYS - 1, share=round(100_000 * A_DAY))
    base.timed("cards of four weeks", lambda: _plain(cards.replace("%%", "%")))
    base.timed("their reasons", lambda: _plain(TASKS.replace("%%", "%")))
    _plain("analyze care_card")
    _plain("analyze care_task")


def worked(day: date) -> None:
    """Let everybody work the list of a day."""
    for statement in WORKED:
        _plain(statement.replace("%%", "%").format(day=day, next=day + timedelta(days=1)))
    _plain("analyze care_card")
    _plain("analyze care_task")
