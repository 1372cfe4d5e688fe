import django.contrib.postgres.fields
import django.db.models.deletion
import regulars.server.core.models.names
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0008_names_of_books'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('customers', '0017_sums_over_many_books'),
        ('delivery', '0002_walls'),
        ('experiments', '0002_walls'),
        ('scoring', '0006_refusals_at_once'),
        ('segments', '0003_changes_in_order'),
    ]

    operations = [
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=regulars.server.core.models.names.public_id, editable=False, max_length=12, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('name_en', models.CharField(blank=True, max_length=80)),
                ('goal', models.CharField(blank=True, max_length=300)),
                ('outcome', models.CharField(choices=[('revenue', 'Revenue'), ('margin', 'Margin'), ('purchases', 'Number of purchases'), ('bought', 'Bought at all'), ('active', 'Did anything by themselves'), ('assets', 'Assets at the end'), ('holdings', 'Products held at the end'), ('rate', 'Yes or no, from a file'), ('amount', 'A figure, from a file')], default='bought', max_length=9)),
                ('window_days', models.PositiveSmallIntegerField(default=30)),
                ('purpose', models.CharField(choices=[('marketing', 'Marketing'), ('greeting', 'Greeting'), ('service', 'Service notice')], default='marketing', max_length=9)),
                ('audience', models.CharField(choices=[('segment', 'A segment or a group'), ('again', 'The people of an earlier campaign')], default='segment', max_length=7)),
                ('holdout', models.FloatField(default=0.1)),
                ('b_share', models.FloatField(default=0.0)),
                ('keep_arms', models.BooleanField(default=False)),
                ('offer', models.CharField(blank=True, choices=[('', 'No offer'), ('product', 'A product'), ('bundle', 'A bundle'), ('coupon', 'A coupon'), ('words', 'Something else, in words')], default='', max_length=7)),
                ('offer_code', models.CharField(blank=True, max_length=60)),
                ('offer_words', models.CharField(blank=True, max_length=300)),
                ('starts_on', models.DateField(null=True)),
                ('ends_on', models.DateField(null=True)),
                ('budget', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('fixed_cost', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=14)),
                ('cost_each', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=10)),
                ('margin', models.DecimalField(decimal_places=4, max_digits=12, null=True)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('waiting', 'Waiting for approval'), ('approved', 'Approved'), ('running', 'Running'), ('paused', 'Paused'), ('done', 'Finished'), ('stopped', 'Stopped')], default='draft', max_length=8)),
                ('why', models.CharField(blank=True, max_length=300)),
                ('authors', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('submitted_at', models.DateTimeField(null=True)),
                ('approved_at', models.DateTimeField(null=True)),
                ('launched_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('rule', models.JSONField(default=dict)),
                ('rule_version', models.CharField(blank=True, max_length=40)),
                ('data_version', models.CharField(blank=True, max_length=60)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('experiment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='experiments.experiment')),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.job')),
                ('launched_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('previous', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='later', to='campaigns.campaign')),
                ('run', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='scoring.run')),
                ('segment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='segments.segment')),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-made_at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['running', 'paused'])), fields=['ends_on'], name='campaigns_under_way')],
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='a_campaign_has_a_name'), models.CheckConstraint(condition=models.Q(('holdout__gte', 0), ('holdout__lte', 0.5)), name='a_campaign_reaches_half_at_least'), models.CheckConstraint(condition=models.Q(('b_share__gte', 0), ('b_share__lte', 0.9)), name='a_campaign_has_an_a'), models.CheckConstraint(condition=models.Q(('window_days__gte', 1), ('window_days__lte', 730)), name='a_campaign_has_a_window'), models.CheckConstraint(condition=models.Q(('cost_each__gte', 0), ('fixed_cost__gte', 0), models.Q(('budget__isnull', True), ('budget__gte', 0), _connector='OR')), name='a_campaign_costs_nothing_less'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'running', 'paused', 'done']), _negated=True), models.Q(('approved_by__isnull', False), models.Q(('approved_by', models.F('submitted_by')), _negated=True)), _connector='OR'), name='a_campaign_is_approved_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['running', 'paused', 'done']), _negated=True), models.Q(('ends_on__isnull', False), ('launched_at__isnull', False), ('starts_on__isnull', False)), _connector='OR'), name='what_runs_was_launched'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['paused', 'stopped']), _negated=True), models.Q(('why', ''), _negated=True), _connector='OR'), name='who_holds_a_campaign_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state__in', ['done', 'stopped'])), models.Q(models.Q(('state__in', ['done', 'stopped']), _negated=True), ('ended_at__isnull', True)), _connector='OR'), name='a_campaign_that_is_over_has_its_end')],
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.PositiveSmallIntegerField()),
                ('arm', models.CharField(blank=True, max_length=12)),
                ('why', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('control', 'Left alone for comparison'), ('spared', 'Left out of all marketing'), ('waiting', 'Comes with a later wave'), ('going', 'Under way'), ('reached', 'Reached, no answer yet'), ('answered', 'Answered'), ('unreached', 'Not reached by any way'), ('out', 'Taken out')], max_length=9)),
                ('reason', models.CharField(blank=True, choices=[('ended', 'the campaign was over first'), ('stopped', 'the campaign was stopped'), ('merged', 'one customer with another member'), ('gone', 'no customer any more')], max_length=8)),
                ('step', models.PositiveSmallIntegerField(default=0)),
                ('step_at', models.DateTimeField(null=True)),
                ('begun_at', models.DateTimeField(null=True)),
                ('result', models.CharField(blank=True, choices=[('reached', 'Reached'), ('no_answer', 'No answer'), ('interested', 'Interested'), ('not_now', 'Not now'), ('done', 'Done'), ('wrong_number', 'Wrong number'), ('refused_all', 'Refuses all marketing'), ('unsuitable', 'Not suitable'), ('deceased', 'The customer has died'), ('other', 'Something else')], max_length=12)),
                ('result_at', models.DateTimeField(null=True)),
                ('acted_on', models.DateField(null=True)),
                ('book', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.book')),
                ('campaign', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='members', to='campaigns.campaign')),
                ('customer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['campaign', 'state', 'wave'], name='members_by_state'), models.Index(fields=['campaign', 'book'], name='members_by_book')],
                'constraints': [models.UniqueConstraint(fields=('campaign', 'customer'), name='a_customer_is_once_in_a_campaign'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['control', 'spared']), _negated=True), ('step', 0), _connector='OR'), name='who_is_left_alone_stands_before_the_first_step'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'out'), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('state', 'out'), _negated=True), ('reason', '')), _connector='OR'), name='who_is_taken_out_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Phase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=80)),
                ('name_en', models.CharField(blank=True, max_length=80)),
                ('begins_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('done_at', models.DateTimeField(null=True)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='phases', to='campaigns.campaign')),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['campaign', 'position'],
                'constraints': [models.UniqueConstraint(fields=('campaign', 'position'), name='a_place_holds_one_phase'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='a_phase_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('channel', models.CharField(choices=[('wecom', 'WeCom'), ('sms', 'SMS'), ('email', 'E-mail'), ('call', 'Phone'), ('visit', 'Visit')], max_length=5)),
                ('message', models.CharField(blank=True, max_length=60)),
                ('after', models.CharField(blank=True, choices=[('unreached', 'whom the step before did not reach'), ('unanswered', 'who was not reached, or did not answer in time')], default='', max_length=10)),
                ('wait_days', models.PositiveSmallIntegerField(default=3)),
                ('work_days', models.PositiveSmallIntegerField(default=5)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='campaigns.campaign')),
            ],
            options={
                'ordering': ['campaign', 'position'],
                'constraints': [models.UniqueConstraint(fields=('campaign', 'position'), name='a_place_holds_one_step'), models.CheckConstraint(condition=models.Q(models.Q(('after', ''), ('position', 1)), models.Q(('position__gt', 1), models.Q(('after', ''), _negated=True)), _connector='OR'), name='a_later_step_says_for_whom'), models.CheckConstraint(condition=models.Q(('wait_days__gte', 1), ('wait_days__lte', 90), ('work_days__gte', 1), ('work_days__lte', 60)), name='a_step_gives_time')],
            },
        ),
        migrations.CreateModel(
            name='Sending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=80, unique=True)),
                ('made_at', models.DateTimeField()),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sendings', to='campaigns.campaign')),
                ('mailing', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='delivery.mailing')),
                ('step', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sendings', to='campaigns.step')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('going', 'Under way'), ('reached', 'Reached'), ('answered', 'Answered'), ('unreached', 'Not reached'), ('dropped', 'Taken back')], default='going', max_length=9)),
                ('reason', models.CharField(blank=True, max_length=24)),
                ('due_on', models.DateField(null=True)),
                ('words', models.TextField(blank=True)),
                ('begun_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('customer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('member', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='campaigns.member')),
                ('sending', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='campaigns.sending')),
                ('step', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='campaigns.step')),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(condition=models.Q(('state', 'going')), fields=['step', 'sending'], name='attempts_under_way'), models.Index(fields=['step', 'state'], name='attempts_by_state')],
                'constraints': [models.UniqueConstraint(fields=('member', 'step'), name='each_member_takes_a_step_once')],
            },
        ),
        migrations.CreateModel(
            name='Wave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('on', models.DateField()),
                ('percent', models.PositiveSmallIntegerField()),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='waves', to='campaigns.campaign')),
            ],
            options={
                'ordering': ['campaign', 'number'],
                'constraints': [models.UniqueConstraint(fields=('campaign', 'number'), name='a_wave_has_its_number'), models.CheckConstraint(condition=models.Q(('percent__gte', 1), ('percent__lte', 100)), name='a_wave_has_a_share')],
            },
        ),
    ]
