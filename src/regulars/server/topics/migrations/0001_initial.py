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
        ('experiments', '0002_walls'),
        ('segments', '0003_changes_in_order'),
    ]

    operations = [
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=regulars.server.core.models.names.public_id, editable=False, max_length=12, unique=True)),
                ('title', models.CharField(max_length=60)),
                ('what', models.CharField(max_length=400)),
                ('link', models.URLField(blank=True, max_length=300)),
                ('happened_at', models.DateTimeField()),
                ('own_trade', models.BooleanField(default=False)),
                ('tone', models.CharField(choices=[('positive', 'Positive'), ('neutral', 'Neutral'), ('negative', 'Negative')], default='positive', max_length=8)),
                ('state', models.CharField(choices=[('raised', 'Raised'), ('taken', 'Taken'), ('waiting', 'Waits for approval'), ('released', 'Released'), ('dropped', 'Dropped'), ('expired', 'Expired')], default='raised', max_length=8)),
                ('raised_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('raised_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('taken_at', models.DateTimeField(null=True)),
                ('why', models.CharField(blank=True, max_length=300)),
                ('segment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='segments.segment')),
                ('message', models.CharField(blank=True, max_length=60)),
                ('script', models.CharField(blank=True, max_length=300)),
                ('script_en', models.CharField(blank=True, max_length=600)),
                ('is_service', models.BooleanField(default=False)),
                ('alone', models.PositiveSmallIntegerField(default=10)),
                ('authors', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('excuse', models.CharField(blank=True, max_length=300)),
                ('sent_back', models.CharField(blank=True, max_length=300)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('released_at', models.DateTimeField(null=True)),
                ('reached', models.PositiveIntegerField(default=0)),
                ('experiment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experiments.experiment')),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-raised_at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['expires_at'], name='topics_to_end')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('what', ''), _negated=True)), name='a_topic_says_what_happened'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('raised_at'))), name='a_topic_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'dropped'), _negated=True), models.Q(('why', ''), _negated=True), _connector='OR'), name='a_dropped_topic_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'released'), _negated=True), models.Q(('decided_by__isnull', False), ('released_at__isnull', False), ('released_at__lt', models.F('expires_at')), ('segment__isnull', False), models.Q(('decided_by', models.F('submitted_by')), _negated=True), models.Q(models.Q(('message', ''), _negated=True), models.Q(('script', ''), _negated=True), _connector='OR')), _connector='OR'), name='a_released_topic_was_approved_by_another_in_time'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['waiting', 'released']), _negated=True), models.Q(('tone', 'negative'), _negated=True), ('is_service', True), _connector='OR'), name='bad_news_is_no_marketing'), models.CheckConstraint(condition=models.Q(('alone__lte', 50)), name='half_alone_at_most')],
            },
        ),
        migrations.CreateModel(
            name='Talk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='talks', to='topics.topic')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('state', models.CharField(choices=[('open', 'Open'), ('answered', 'Answered'), ('over', 'Not reached in time')], default='open', max_length=8)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['topic', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('topic', 'customer'), name='one_talk_of_a_customer_about_a_topic'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', False), ('state', 'answered')), models.Q(models.Q(('state', 'answered'), _negated=True), ('answered_at__isnull', True)), _connector='OR'), name='an_answered_talk_has_its_moment')],
            },
        ),
    ]
