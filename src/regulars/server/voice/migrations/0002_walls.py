"""Row security, and versions in the field that nobody edits: what Django's models do not express."""

from django.db import migrations

from regulars.server.core import walls

TABLES = (
    "voice_invitation", "voice_answer", "voice_reply", "voice_comment", "voice_loop",
)  # fmt: skip
FROZEN = """
create function voice_questions_stay() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select 1 from voice_version v where v.fielded_at is not null
      and v.id in (case when tg_op <> 'INSERT' then old.version_id end,
                   case when tg_op <> 'DELETE' then new.version_id end)) then
    raise exception 'a version in the field is not edited' using errcode = 'check_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger stay before insert or update or delete on voice_question
  for each row execute function voice_questions_stay();

create function voice_version_stays() returns trigger language plpgsql as $$
begin
  if old.fielded_at is not null then
    raise exception 'a version in the field is not edited' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger stay before update on voice_version
  for each row execute function voice_version_stays();
"""
FREE = """
drop trigger stay on voice_version;
drop trigger stay on voice_question;
drop function voice_version_stays();
drop function voice_questions_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("voice", "0001_initial"), ("customers", "0002_walls")]
    operations = [
        *(migrations.RunSQL(walls.by_customer(table), walls.undo(table)) for table in TABLES),
        migrations.RunSQL(FROZEN, FREE),
    ]
