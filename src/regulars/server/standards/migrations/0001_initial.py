import django.contrib.postgres.fields
import django.db.models.deletion
import regulars.server.core.models.names
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0005_tenures'),
        ('customers', '0016_business_class'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('adopted', 'Adopted')], default='draft', max_length=8)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('hours_a_day', models.DecimalField(decimal_places=2, max_digits=4)),
                ('shares', models.JSONField(default=dict)),
                ('remote_people', models.PositiveIntegerField(default=0)),
                ('from_day', models.DateField(null=True)),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('adopted_at', models.DateTimeField(null=True)),
                ('alone', models.BooleanField(default=False)),
                ('adopted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('state',), name='one_draft_of_the_standard'),
                    models.CheckConstraint(condition=models.Q(models.Q(('adopted_at__isnull', True), ('from_day__isnull', True), ('state', 'draft')), models.Q(('adopted_at__isnull', False), ('from_day__isnull', False), ('state', 'adopted')), _connector='OR'), name='an_adopted_standard_has_its_day'),
                    models.CheckConstraint(condition=models.Q(('alone', True), ('adopted_by__isnull', True), ('made_by__isnull', True), models.Q(('adopted_by', models.F('made_by')), _negated=True), _connector='OR'), name='a_standard_is_adopted_by_another'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Treatment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('prospect', 'Prospect'), ('intent', 'Interested'), ('new', 'New'), ('active', 'Active'), ('loyal', 'Loyal'), ('at_risk', 'At risk'), ('dormant', 'Dormant'), ('lost', 'Lost'), ('reactivated', 'Returned')], max_length=12)),
                ('name', models.CharField(max_length=40)),
                ('name_en', models.CharField(blank=True, max_length=60)),
                ('task', models.CharField(max_length=400)),
                ('task_en', models.CharField(blank=True, max_length=600)),
                ('doer', models.CharField(choices=[('rm', 'Relationship manager'), ('manager', 'Branch manager'), ('leader', 'Leader'), ('lobby_manager', 'Lobby manager'), ('remote', 'Remote team'), ('machine', 'By itself')], max_length=14)),
                ('workdays', models.PositiveSmallIntegerField()),
                ('minutes', models.PositiveSmallIntegerField(default=0)),
                ('channels', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('call', 'Phone'), ('wecom', 'WeCom'), ('visit', 'Visit'), ('sms', 'SMS'), ('email', 'E-mail'), ('app', 'App'), ('counter', 'Counter')], max_length=8), blank=True, default=list, size=None)),
                ('marketing', models.BooleanField(default=False)),
                ('quiet_days', models.PositiveSmallIntegerField(default=90)),
                ('is_on', models.BooleanField(default=True)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='treatments', to='standards.version')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('version', 'stage'), name='one_treatment_of_a_stage'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('business_class', models.CharField(choices=[('settlement', 'Settlement'), ('credit', 'Credit'), ('relationship', 'Relationship'), ('channel', 'Channel')], max_length=12)),
                ('aim', models.CharField(max_length=120)),
                ('aim_en', models.CharField(blank=True, max_length=200)),
                ('steps', models.TextField()),
                ('steps_en', models.TextField(blank=True)),
                ('products', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='plans', to='standards.version')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('version', 'business_class'), name='one_plan_of_a_class'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Line',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('purpose', models.CharField(choices=[('contact', 'Two-way contact'), ('visit', 'Visit'), ('review', 'Review'), ('greeting', 'Birthday'), ('complaint', 'Complaint answered')], max_length=10)),
                ('doer', models.CharField(choices=[('rm', 'Relationship manager'), ('manager', 'Branch manager'), ('leader', 'Leader'), ('lobby_manager', 'Lobby manager'), ('remote', 'Remote team'), ('machine', 'By itself')], max_length=14)),
                ('rhythm', models.CharField(choices=[('days', 'every … days'), ('month', 'monthly'), ('quarter', 'quarterly'), ('half_year', 'half-yearly'), ('year', 'yearly'), ('event', 'on an occasion'), ('never', 'not at all')], max_length=10)),
                ('days', models.PositiveSmallIntegerField(null=True)),
                ('minutes', models.PositiveSmallIntegerField(default=0)),
                ('channels', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('call', 'Phone'), ('wecom', 'WeCom'), ('visit', 'Visit'), ('sms', 'SMS'), ('email', 'E-mail'), ('app', 'App'), ('counter', 'Counter')], max_length=8), blank=True, default=list, size=None)),
                ('manner', models.CharField(blank=True, choices=[('invite', 'invitation'), ('gift', 'gift or call'), ('words', 'greeting'), ('plan', 'plan'), ('rating', 'rating anew'), ('notices', 'service notices only')], max_length=8)),
                ('lead_from', models.PositiveSmallIntegerField(null=True)),
                ('lead_until', models.PositiveSmallIntegerField(null=True)),
                ('hours', models.PositiveSmallIntegerField(null=True)),
                ('workdays', models.PositiveSmallIntegerField(null=True)),
                ('kind', models.CharField(blank=True, choices=[('person', 'Person'), ('organization', 'Organisation')], max_length=12)),
                ('business_class', models.CharField(blank=True, choices=[('settlement', 'Settlement'), ('credit', 'Credit'), ('relationship', 'Relationship'), ('channel', 'Channel')], max_length=12)),
                ('org_unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.orgunit')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='standards.version')),
            ],
            options={
                'ordering': ['version', '-level', 'purpose', 'pk'],
                'constraints': [
                    models.UniqueConstraint(fields=('version', 'kind', 'org_unit', 'business_class', 'level', 'purpose', 'doer'), name='one_line_of_a_role_in_a_cell', nulls_distinct=False),
                    models.CheckConstraint(condition=models.Q(('level__in', (5, 4, 3, 2, 1))), name='a_line_is_of_a_known_level'),
                    models.CheckConstraint(condition=models.Q(models.Q(('days__gte', 1), ('rhythm', 'days')), models.Q(models.Q(('rhythm', 'days'), _negated=True), ('days', None)), _connector='OR'), name='only_days_are_counted'),
                    models.CheckConstraint(condition=models.Q(('business_class', ''), ('kind', 'organization'), _connector='OR'), name='only_organizations_have_a_class'),
                    models.CheckConstraint(condition=models.Q(models.Q(('lead_from__isnull', True), ('lead_until__isnull', True)), ('lead_from__gte', models.F('lead_until')), _connector='OR'), name='a_lead_runs_towards_the_day'),
                    models.CheckConstraint(condition=models.Q(('channels__contained_by', ['call', 'wecom', 'visit', 'sms', 'email', 'app', 'counter'])), name='a_line_uses_channels'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Editor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='editors', to='standards.version')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('version', 'person'), name='an_editor_stands_once_in_a_version'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Steering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=regulars.server.core.models.names.public_id, editable=False, max_length=12, unique=True)),
                ('state', models.CharField(choices=[('proposed', 'Waits for review'), ('approved', 'Agreed'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn'), ('ended', 'Ended early')], default='proposed', max_length=10)),
                ('reason', models.CharField(max_length=400)),
                ('earned', models.DecimalField(decimal_places=2, max_digits=18)),
                ('cost', models.DecimalField(decimal_places=2, max_digits=18)),
                ('as_of', models.DateField()),
                ('review_on', models.DateField()),
                ('proposed_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('from_day', models.DateField(null=True)),
                ('answer', models.CharField(blank=True, max_length=400)),
                ('ended_on', models.DateField(null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-proposed_at', '-pk'],
                'indexes': [models.Index(fields=['state', 'review_on'], name='steerings_by_state')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('customer',), name='one_proposal_for_a_customer'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='a_steering_is_reviewed_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), models.Q(('decided_by__isnull', False), ('from_day__isnull', False)), _connector='OR'), name='an_agreed_steering_was_reviewed'), models.CheckConstraint(condition=models.Q(('from_day__isnull', True), ('review_on__gt', models.F('from_day')), _connector='OR'), name='a_steering_ends')],
            },
        ),
    ]
