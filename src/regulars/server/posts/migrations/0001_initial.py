import django.contrib.postgres.fields
import django.db.models.deletion
import regulars.server.core.models.names
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0008_names_of_books'),
        ('customers', '0017_sums_over_many_books'),
        ('segments', '0003_changes_in_order'),
    ]

    operations = [
        migrations.CreateModel(
            name='Persona',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=regulars.server.core.models.names.public_id, editable=False, max_length=12, unique=True)),
                ('name', models.CharField(max_length=40)),
                ('name_en', models.CharField(blank=True, max_length=60)),
                ('voice', models.CharField(blank=True, max_length=200)),
                ('order', models.PositiveSmallIntegerField(default=1)),
                ('segment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='segments.segment')),
                ('trouble', models.CharField(blank=True, max_length=300)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('put_away_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['order', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('put_away_at__isnull', True)), fields=('name',), name='a_persona_has_its_own_name'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='a_persona_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='Slot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=regulars.server.core.models.names.public_id, editable=False, max_length=12, unique=True)),
                ('at', models.TimeField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('put_away_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['at', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('put_away_at__isnull', True)), fields=('at',), name='a_slot_has_its_own_time')],
            },
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=regulars.server.core.models.names.public_id, editable=False, max_length=12, unique=True)),
                ('persona', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='posts.persona')),
                ('slot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='posts.slot')),
                ('day', models.DateField()),
                ('title', models.CharField(max_length=60)),
                ('title_en', models.CharField(blank=True, max_length=120)),
                ('words', models.CharField(blank=True, max_length=600)),
                ('words_en', models.CharField(blank=True, max_length=1200)),
                ('link', models.URLField(blank=True, max_length=300)),
                ('source', models.CharField(blank=True, max_length=120)),
                ('by_message', models.BooleanField(default=True)),
                ('by_packs', models.BooleanField(default=True)),
                ('state', models.CharField(choices=[('idea', 'Idea'), ('draft', 'Draft'), ('waiting', 'Waits for approval'), ('approved', 'Approved'), ('posted', 'Out'), ('over', 'Not sent')], default='draft', max_length=8)),
                ('why_over', models.CharField(blank=True, choices=[('late', 'more than 30 minutes late'), ('unapproved', 'not approved in time'), ('taken_away', 'taken away'), ('free_day', 'the day became a free one')], max_length=12)),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('written_at', models.DateTimeField()),
                ('authors', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('excuse', models.CharField(blank=True, max_length=300)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(null=True)),
                ('sent_back', models.CharField(blank=True, max_length=300)),
                ('posted_at', models.DateTimeField(null=True)),
                ('aimed_at', models.PositiveIntegerField(default=0)),
                ('trouble', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ['day', 'slot__at', 'persona__order', 'pk'],
                'indexes': [models.Index(fields=['day'], name='posts_items_by_day')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'over'), _negated=True), fields=('persona', 'slot', 'day'), name='one_item_of_a_persona_in_a_slot'), models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='an_item_has_a_title'), models.CheckConstraint(condition=models.Q(('by_message', True), ('by_packs', True), _connector='OR'), name='an_item_has_a_way_out'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'posted']), _negated=True), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('decided_by', models.F('written_by')), _negated=True), models.Q(('decided_by', models.F('submitted_by')), _negated=True)), _connector='OR'), name='an_item_was_approved_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'over'), models.Q(('why_over', ''), _negated=True)), models.Q(models.Q(('state', 'over'), _negated=True), ('why_over', '')), _connector='OR'), name='what_did_not_go_out_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('posted_at__isnull', False), ('state', 'posted')), models.Q(models.Q(('state', 'posted'), _negated=True), ('posted_at__isnull', True)), _connector='OR'), name='what_is_out_has_its_moment')],
            },
        ),
        migrations.CreateModel(
            name='Picture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='picture', to='posts.item')),
                ('ending', models.CharField(max_length=4)),
                ('content', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='Belonging',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('persona', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='belongings', to='posts.persona')),
                ('since', models.DateTimeField()),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Aimed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aimed', to='posts.item')),
                ('slot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posts.slot')),
                ('day', models.DateField()),
            ],
            options={
                'ordering': ['-day', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('customer', 'day', 'slot'), name='nobody_gets_two_items_of_a_slot')],
            },
        ),
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='posts.item')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.orgunit')),
                ('customers', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('open', 'Nothing said'), ('posted', 'Posted'), ('not_posted', 'Not posted')], default='open', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('told_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['item', 'place__code', 'person__username'],
                'constraints': [models.UniqueConstraint(fields=('item', 'person'), name='one_mark_of_a_manager_and_item'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'open'), ('told_at__isnull', True)), models.Q(('state', 'posted'), ('told_at__isnull', False)), models.Q(('state', 'not_posted'), ('told_at__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='not_posted_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Face',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('phone', models.CharField(blank=True, max_length=30)),
                ('line', models.CharField(blank=True, max_length=80)),
                ('line_en', models.CharField(blank=True, max_length=160)),
                ('ending', models.CharField(blank=True, max_length=4)),
                ('content', models.BinaryField(null=True)),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
    ]
