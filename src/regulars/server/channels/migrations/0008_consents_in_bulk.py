"""The quick answer of many customers is computed set-wise, and planned anew each time.

A plan that a session kept from when the ledger was empty read all of it for every customer
of a file: minutes where seconds do.
"""

from django.db import migrations, models

# What an entry amounts to at a moment; inlined into the two functions below.
AMOUNTS = """
create function regulars_consent_amounts(
  entry channels_consent, moment timestamptz
) returns text language sql stable
return case
    when entry.said = 'cleared' then 'unknown'
    when entry.said <> 'given' then entry.said
    when entry.expires_at <= moment then 'expired'
    when exists (
      select 1 from channels_wording w
      where w.purpose = entry.purpose and w.renewal
        and w.effective_at > entry.at and w.effective_at <= moment
        and (entry.wording_id is null or w.version >
             (select x.version from channels_wording x where x.id = entry.wording_id)))
      then 'stale'
    else 'given' end;
"""
ONE = """
create or replace function regulars_consent(
  who bigint, asked_purpose text, asked_channel text, moment timestamptz
) returns text language sql stable
set search_path = public, pg_temp set enable_seqscan = off as $$
  select regulars_consent_amounts(e, moment) from channels_consent e
  where e.customer_id = who and e.purpose = asked_purpose and e.channel = asked_channel
    and e.at <= moment
  order by e.at desc, e.id desc limit 1
$$;
"""
MANY = """
create or replace function regulars_consents_project(ids bigint[], moment timestamptz)
returns integer language plpgsql set search_path = public, pg_temp as $$
declare changed integer;
begin
  -- The quick answer follows the ledger here; it must not write into it again.
  perform set_config('app.consents', 'ledger', true);
  execute $project$
    with asked as materialized (select distinct id from unnest($1) as i(id)),
    standing as (
      select distinct on (e.customer_id, e.purpose, e.channel)
             e.customer_id, e.purpose, e.channel, regulars_consent_amounts(e, $2) as said
        from asked join channels_consent e on e.customer_id = asked.id
       where e.at <= $2
         and (e.purpose, e.channel) in (
           ('marketing', 'call'), ('marketing', 'wecom'), ('marketing', 'sms'),
           ('marketing', 'email'), ('profiling', ''))
       order by e.customer_id, e.purpose, e.channel, e.at desc, e.id desc),
    answer as (
      select a.id,
             coalesce(jsonb_object_agg(s.channel, s.said = 'given') filter (
               where s.purpose = 'marketing' and s.said in ('given', 'refused', 'withdrawn')),
               '{}'::jsonb) as consents,
             coalesce(bool_or(s.said in ('refused', 'withdrawn')) filter (
               where s.purpose = 'profiling'), false) as no_profiling
        from asked a left join standing s on s.customer_id = a.id group by a.id)
    update customers_customer c
       set consents = p.consents, no_profiling = p.no_profiling,
           updated_at = greatest(c.updated_at, $2)
      from answer p
     where c.id = p.id
       and (c.consents is distinct from p.consents
            or c.no_profiling is distinct from p.no_profiling)
  $project$ using ids, moment;
  get diagnostics changed = row_count;
  perform set_config('app.consents', '', true);
  return changed;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("channels", "0007_policy")]
    operations = [
        migrations.RunSQL(AMOUNTS + ONE + MANY, migrations.RunSQL.noop),
        migrations.AlterField(
            "consent",
            "touch",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="+",
                to="channels.touch",
            ),
        ),
        migrations.AddIndex(
            "consent",
            models.Index(
                condition=models.Q(("touch__isnull", False)),
                fields=["touch"],
                name="consents_of_a_touch",
            ),
        ),
    ]
