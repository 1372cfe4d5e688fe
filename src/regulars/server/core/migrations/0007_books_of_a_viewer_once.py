"""Walls that take a viewer's books once per statement, not once per row.

PostgreSQL made `exists (... where c.id = x and c.book_id in (books))` a join inside the
sub-select, and unnested a leader's hundreds of books for each row. New homes have the walls
so from the start; no table has one when this runs there.
"""

from django.db import migrations

from regulars.server.core import walls

AGAIN = f"""
do $$
declare each record;
begin
  for each in
    select c.relname as name, p.polname as wall, pg_get_expr(p.polqual, p.polrelid) as inside
    from pg_policy p join pg_class c on c.oid = p.polrelid
    where c.relnamespace = 'public'::regnamespace
      and pg_get_expr(p.polqual, p.polrelid) ~ 'c\\.book_id IN'
  loop
    execute format('alter policy %I on %I using (%s)', each.wall, each.name, regexp_replace(
      each.inside,
      '\\(c\\.book_id IN \\(\\s*SELECT unnest\\([^\\[]*\\[\\]\\) AS unnest\\)\\)( IS TRUE)?',
      $wall$({walls.HELD})$wall$, 'g'));
  end loop;
end $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0006_help_for_some_days'),
    ]

    operations = [migrations.RunSQL(AGAIN, migrations.RunSQL.noop)]
