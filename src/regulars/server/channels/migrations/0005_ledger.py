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
# A yes from a file never lifts a no: then the quick answer keeps what the ledger says.
LEAVE = """
create function channels_leave_entries(
  who bigint, agreed jsonb, was jsonb, refuses boolean, refused boolean,
  origin jsonb, moment timestamptz
) returns jsonb language plpgsql set search_path = public, pg_temp as $$
declare
  ch text; word jsonb; last record; kept jsonb := agreed; said_now text;
  kind text := split_part(coalesce(origin->>0, ''), ':', 1);
  proof text := left(coalesce(nullif(origin->>0, ''), 'into the file'), 300);
begin
  kind := case when kind = 'hand' then 'hand' else 'import' end;
  perform set_config('app.consents', 'file', true);
  foreach ch in array array['call', 'wecom', 'sms', 'email', 'profiling'] loop
    word := agreed->ch;
    if ch = 'profiling' and refuses is distinct from refused then
      word := to_jsonb(not refuses);
    end if;
    continue when ch = 'profiling' and word is null;
    continue when ch <> 'profiling' and word is not distinct from was->ch;
    select e.said, e.at into last from channels_consent e
      where e.customer_id = who
        and e.purpose = case when ch = 'profiling' then ch else 'marketing' end
        and e.channel = case when ch = 'profiling' then '' else ch end
      order by e.at desc, e.id desc limit 1;
    said_now := case word when 'true'::jsonb then 'given' when 'false'::jsonb then 'refused'
                          else 'cleared' end;
    if last.said is not distinct from said_now
       or (last.said = 'withdrawn' and said_now = 'refused')
       or (last.said is null and said_now = 'cleared') then
      continue;
    end if;
    if last.said in ('refused', 'withdrawn') and said_now <> 'refused' and ch <> 'profiling' then
      kept := jsonb_set(kept, array[ch], 'false'::jsonb);
      continue;
    end if;
    insert into channels_consent (customer_id, purpose, channel, said, source, evidence,
                                  actor, at, recorded_at)
    values (who, case when ch = 'profiling' then ch else 'marketing' end,
            case when ch = 'profiling' then '' else ch end, said_now, kind, proof,
            coalesce(nullif(current_setting('app.actor', true), ''), 'system:file'),
            greatest(moment, last.at), moment);
  end loop;
  perform set_config('app.consents', '', true);
  return kept;
end $$;

create function channels_of_a_new_file() returns trigger language plpgsql
set search_path = public, pg_temp as $$
begin
  perform channels_leave_entries(new.id, new.consents, '{}'::jsonb, new.no_profiling, false,
                                 new.provenance->'consents', new.updated_at);
  return null;
end $$;
create trigger consents_of_a_new_file after insert on customers_customer
  for each row when (new.consents <> '{}'::jsonb or new.no_profiling)
  execute function channels_of_a_new_file();

create function channels_of_a_changed_file() returns trigger language plpgsql
set search_path = public, pg_temp as $$
begin
  if current_setting('app.consents', true) = 'ledger' or new.state = 'erased' then
    return new;
  end if;
  new.consents := channels_leave_entries(
    new.id, new.consents, old.consents, new.no_profiling, old.no_profiling,
    new.provenance->'consents', new.updated_at);
  return new;
end $$;
create trigger consents_of_a_changed_file before update on customers_customer
  for each row when (old.consents is distinct from new.consents
                     or old.no_profiling is distinct from new.no_profiling)
  execute function channels_of_a_changed_file();
"""
UNDO = """
drop trigger if exists consents_of_a_changed_file on customers_customer;
drop trigger if exists consents_of_a_new_file on customers_customer;
drop trigger if exists only_added on channels_consent;
drop trigger if exists follow on channels_consent;
drop function if exists channels_of_a_changed_file();
drop function if exists channels_of_a_new_file();
drop function if exists channels_leave_entries(bigint, jsonb, jsonb, boolean, boolean, jsonb,
                                               timestamptz);
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
