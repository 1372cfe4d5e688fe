"""The ledger of consents: behind the wall, added to only, in step with the quick answer.

`Customer.consents` and `Customer.no_profiling` are what lists, segments and scoring read.
They are computed from the ledger; whoever writes them elsewhere (a file that is loaded
set-wise) leaves entries in it, with the origin that the file notes for the value.
"""

from django.db import migrations

from regulars.server.core import walls

# The same as `channels.rules.consents.standing`; a test compares the two.
STANDING = """
create function regulars_consent(
  who bigint, asked_purpose text, asked_channel text, moment timestamptz
) returns text language sql stable set search_path = public, pg_temp as $$
  select case
    when e.said = 'cleared' then 'unknown'
    when e.said <> 'given' then e.said
    when e.expires_at <= moment then 'expired'
    when exists (
      select 1 from channels_wording w
      where w.purpose = e.purpose and w.renewal
        and w.effective_at > e.at and w.effective_at <= moment
        and (e.wording_id is null or w.version >
             (select x.version from channels_wording x where x.id = e.wording_id)))
      then 'stale'
    else 'given' end
  from channels_consent e
  where e.customer_id = who and e.purpose = asked_purpose and e.channel = asked_channel
    and e.at <= moment
  order by e.at desc, e.id desc limit 1
$$;

create function regulars_consents_project(ids bigint[], moment timestamptz) returns integer
language plpgsql set search_path = public, pg_temp as $$
declare changed integer;
begin
  -- The quick answer follows the ledger here; it must not write into it again.
  perform set_config('app.consents', 'ledger', true);
  update customers_customer c
     set consents = p.consents, no_profiling = p.no_profiling,
         updated_at = greatest(c.updated_at, moment)
    from (
      select i.id,
             coalesce((select jsonb_object_agg(ch.name, s.said = 'given')
                         from unnest(array['call', 'wecom', 'sms', 'email']) as ch(name)
                        cross join lateral (select regulars_consent(
                          i.id, 'marketing', ch.name, moment) as said) s
                        where s.said in ('given', 'refused', 'withdrawn')), '{}'::jsonb)
               as consents,
             coalesce(regulars_consent(i.id, 'profiling', '', moment)
                      in ('refused', 'withdrawn'), false) as no_profiling
        from unnest(ids) as i(id)) p
   where c.id = p.id
     and (c.consents is distinct from p.consents
          or c.no_profiling is distinct from p.no_profiling);
  get diagnostics changed = row_count;
  perform set_config('app.consents', '', true);
  return changed;
end $$;
"""
FOLLOW = """
create function channels_follow() returns trigger language plpgsql
set search_path = public, pg_temp as $$
begin
  if current_setting('app.consents', true) = 'file' then return null; end if;
  perform regulars_consents_project(
    (select array_agg(distinct customer_id) from added),
    (select greatest(max(recorded_at), max(at)) from added));
  return null;
end $$;
create trigger follow after insert on channels_consent
  referencing new table as added
  for each statement execute function channels_follow();

create function channels_only_added() returns trigger language plpgsql
set search_path = public, pg_temp as $$
begin
  -- Merging moves entries to the survivor, erasing takes them away; nothing else may.
  if current_setting('app.custody', true) = 'on' then
    return case when tg_op = 'DELETE' then old else new end;
  end if;
  raise exception 'The ledger of consents is only added to. Write another entry.'
    using errcode = 'restrict_violation';
end $$;
create trigger only_added before update or delete on channels_consent
  for each row execute function channels_only_added();
"""
# Values that a file brings leave entries, set-wise. A yes never lifts a no: there the quick
# answer is put back to what the ledger says.
WORDS = """
      cross join lateral (values
        ('marketing', 'call', n.consents->'call', {was}->'call'),
        ('marketing', 'wecom', n.consents->'wecom', {was}->'wecom'),
        ('marketing', 'sms', n.consents->'sms', {was}->'sms'),
        ('marketing', 'email', n.consents->'email', {was}->'email'),
        ('profiling', '',
         case when n.no_profiling is distinct from {refused} then to_jsonb(not n.no_profiling)
              else n.consents->'profiling' end,
         case when n.no_profiling is distinct from {refused} then null
              else {was}->'profiling' end)) as w(purpose, channel, word, before)
"""
ENTRY = """
      (customer_id, purpose, channel, said, source, evidence, actor, at, recorded_at)
      select id, purpose, channel, said,
             case when split_part(coalesce(origin, ''), ':', 1) = 'hand' then 'hand'
                  else 'import' end,
             left(coalesce(nullif(origin, ''), 'into the file'), 300),
             'system:file', greatest(moment, last_at), moment
"""
SAID = """
             case w.word when 'true'::jsonb then 'given' when 'false'::jsonb then 'refused'
                         else 'cleared' end as said
"""
NEW = WORDS.format(was="'{}'::jsonb", refused="false")
CHANGED = WORDS.format(was="o.consents", refused="o.no_profiling")
FINGERPRINT = "hashtextextended(id || ' ' || no_profiling || ' ' || consents, 0)::numeric"
WRITTEN = f"""
  with spoken as (
    select n.id, w.purpose, w.channel, n.provenance->'consents'->>0 as origin,
           n.updated_at as moment, {SAID}
      from became n join was o on o.id = n.id {CHANGED}
     where n.state <> 'erased'
       and (n.consents is distinct from o.consents
            or n.no_profiling is distinct from o.no_profiling)
       and w.word is distinct from w.before
       and (w.purpose <> 'profiling' or w.word is not null)),
  judged as (
    select s.*, e.at as last_at,
           case when e.said = s.said or (e.said = 'withdrawn' and s.said = 'refused')
                     or (e.said is null and s.said = 'cleared') then 'known'
                when e.said in ('refused', 'withdrawn') and s.said <> 'refused'
                     and s.purpose <> 'profiling' then 'held'
                else 'new' end as fate
      from spoken s
      left join lateral (
        select c.said, c.at from channels_consent c
         where c.customer_id = s.id and c.purpose = s.purpose and c.channel = s.channel
         order by c.at desc, c.id desc limit 1) e on true),
  written as (
    insert into channels_consent {ENTRY} from judged where fate = 'new')
  select array_agg(distinct id) filter (where fate = 'held'), max(greatest(moment, last_at))
    from judged
"""
LEAVE = f"""
create function channels_of_new_files() returns trigger language plpgsql
set search_path = public, pg_temp as $$
begin
  perform set_config('app.consents', 'file', true);
  with spoken as (
    select n.id, w.purpose, w.channel, n.provenance->'consents'->>0 as origin,
           n.updated_at as moment, null::timestamptz as last_at, {SAID}
      from became n {NEW}
     where (n.consents <> '{{}}'::jsonb or n.no_profiling)
       and w.word in ('true'::jsonb, 'false'::jsonb))
  insert into channels_consent {ENTRY} from spoken;
  perform set_config('app.consents', '', true);
  return null;
end $$;
create trigger consents_of_new_files after insert on customers_customer
  referencing new table as became
  for each statement execute function channels_of_new_files();

create function channels_of_changed_files() returns trigger language plpgsql
set search_path = public, pg_temp as $$
declare held bigint[]; latest timestamptz;
begin
  if current_setting('app.consents', true) = 'ledger' then return null; end if;
  -- Most changes of a file are none of consents: told by sums, without joining anything.
  if (select sum({FINGERPRINT}) from was) is not distinct from
     (select sum({FINGERPRINT}) from became) then return null; end if;
  perform set_config('app.consents', 'file', true);
  -- Planned anew each time: a plan made for one row would loop over a whole file.
  execute $written$ {WRITTEN} $written$ into held, latest;
  perform set_config('app.consents', '', true);
  if held is not null then
    perform regulars_consents_project(held, latest);
  end if;
  return null;
end $$;
create trigger consents_of_changed_files after update on customers_customer
  referencing old table as was new table as became
  for each statement execute function channels_of_changed_files();
"""
UNDO = """
drop trigger if exists consents_of_changed_files on customers_customer;
drop trigger if exists consents_of_new_files on customers_customer;
drop trigger if exists only_added on channels_consent;
drop trigger if exists follow on channels_consent;
drop function if exists channels_of_changed_files();
drop function if exists channels_of_new_files();
drop function if exists channels_only_added();
drop function if exists channels_follow();
drop function if exists regulars_consents_project(bigint[], timestamptz);
drop function if exists regulars_consent(bigint, text, text, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0004_consents"),
        ("customers", "0005_what_stops_and_who_lives_on"),
    ]
    operations = [
        migrations.RunSQL(walls.by_customer("channels_consent"), walls.undo("channels_consent")),
        migrations.RunSQL(STANDING + FOLLOW + LEAVE, UNDO),
    ]
