"""What became of steps comes back to their members: sent or not, answered, called in vain."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from regulars.server.campaigns.models import Campaign
from regulars.server.campaigns.rules import ENDED, UNREACHED

LATE = timedelta(days=7)  # so late an answer may be written down
NEWS = timedelta(days=3)  # so late a provider tells that an address does not exist
# Made by the morning, or by hearing what came: after so long a call that is on no list was
# not allowed: the customer refuses marketing, or left.
UNLAID = timedelta(days=2)
TRIGGER = "campaign_call"


@transaction.atomic
def read_back(campaign: Campaign, *, at: datetime) -> None:
    """Read the ends of messages and calls; reading them again changes nothing."""
    told: dict[str, Any] = {
        "campaign": campaign.pk, "at": at, "ended": list(ENDED), "unreached": list(UNREACHED),
        "news": at - NEWS, "late": at - LATE, "unlaid": at - UNLAID, "trigger": TRIGGER,
    }  # fmt: skip
    with connection.cursor() as db:
        for statement in (MESSAGES, HEARD, RESULTS, CALLS, GIVEN_UP):
            db.execute(statement, told)


def _members(source: str) -> str:
    """A change of attempts, and of the members who stand at these steps."""
    return f"""
with ended as ({source} returning a.member_id, a.step_id, a.state)
update campaigns_member m
set state = case e.state when 'unreached' then 'going' else e.state end
from ended e join campaigns_step s on s.id = e.step_id
where m.id = e.member_id and m.step = s.position and m.state in ('going', 'reached')"""


MESSAGES = _members("""
update campaigns_attempt a
set state = case when d.state = any (%(unreached)s) then 'unreached' else 'reached' end,
    reason = case when d.state = any (%(unreached)s)
                  then left(coalesce(nullif(d.reason, ''), d.state), 24) else '' end,
    ended_at = %(at)s
from campaigns_sending s join delivery_delivery d on d.mailing_id = s.mailing_id
where s.campaign_id = %(campaign)s and a.sending_id = s.id and d.customer_id = a.customer_id
  and (a.state = 'going' and d.state = any (%(ended)s)
    or a.state = 'reached' and d.state = any (%(unreached)s) and d.news_at >= %(news)s)""")
# Whoever speaks with us by any way has answered; the first word counts.
HEARD = """
with heard as (
    select distinct on (m.id) m.id, t.outcome, t.at
    from campaigns_member m join channels_touch t on t.customer_id = m.customer_id
    where m.campaign_id = %(campaign)s and m.state in ('going', 'reached')
      and t.two_way and t.reversed_at is null and t.at >= m.begun_at and t.at >= %(late)s
    order by m.id, t.at
), there as (
    update campaigns_member m set state = 'answered', result = h.outcome, result_at = h.at
    from heard h where m.id = h.id returning m.id
)
update campaigns_attempt a set state = 'answered', ended_at = %(at)s
from there where a.member_id = there.id and a.state in ('going', 'reached')"""
# The last result of a call that reached nobody; the call goes on.
RESULTS = """
update campaigns_member m set result = l.outcome, result_at = l.at
from (
    select distinct on (a.member_id) a.member_id, t.outcome, t.at
    from campaigns_attempt a
    join campaigns_step s on s.id = a.step_id and s.campaign_id = %(campaign)s
    join channels_touch t on t.customer_id = a.customer_id
    where a.state = 'going' and a.sending_id is null and t.channel in ('call', 'visit')
      and not t.inbound and t.reversed_at is null and t.at >= a.begun_at
    order by a.member_id, t.at desc
) l where m.id = l.member_id and m.state = 'going'
  and m.result_at is distinct from l.at"""
CALLS = _members("""
update campaigns_attempt a
set state = 'unreached', ended_at = %(at)s,
    reason = case when t.id is null then 'not_allowed' when t.state = 'gone' then t.gone
                  when t.state = 'expired' then 'expired' else 'no_answer' end
from campaigns_attempt x
join campaigns_step s on s.id = x.step_id and s.campaign_id = %(campaign)s
left join care_task t on t.trigger = %(trigger)s and t.customer_id = x.customer_id
  and t.cycle = 'call:' || x.id || ':' || x.due_on
where a.id = x.id and x.state = 'going' and x.sending_id is null
  and (t.state in ('expired', 'done') or t.state = 'gone' and t.gone not in ('held', 'settled')
    or t.id is null and x.begun_at <= %(unlaid)s
       and exists (select 1 from care_planrun r where r.made_at >= x.begun_at))""")
# Nobody is left to try: the last step did not reach them.
GIVEN_UP = """
update campaigns_member m set state = 'unreached'
from campaigns_attempt a join campaigns_step s on s.id = a.step_id
where m.campaign_id = %(campaign)s and m.state = 'going' and a.member_id = m.id
  and a.state = 'unreached' and s.campaign_id = %(campaign)s and s.position = m.step
  and not exists (select 1 from campaigns_step n
      where n.campaign_id = %(campaign)s and n.position = m.step + 1)"""
