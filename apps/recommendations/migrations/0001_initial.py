import uuid

import django.db.models.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.core.keys
import apps.reports.storage


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_programme_roles"),
        ("assessments", "0005_answer_history"),
        ("reports", "0001_initial"),
        ("reviews", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Recommendation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=apps.core.keys.Uuid7(),
                        default=apps.core.keys.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("number", models.PositiveIntegerField(unique=True, verbose_name="Number")),
                ("key", models.SlugField(max_length=60, unique=True, verbose_name="Key")),
                ("dimension", models.PositiveSmallIntegerField(verbose_name="Dimension")),
                (
                    "priority",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.writingpriority",
                    ),
                ),
                ("started_because", models.TextField(blank=True, max_length=2000, verbose_name="Why it is written")),
                (
                    "started_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("dimension__range", (1, 10))), name="recommendation_dimension"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="recommendation_numbers_count_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("priority__isnull", False),
                            models.Q(("started_because", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="recommendation_has_a_reason",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="RecommendationVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=apps.core.keys.Uuid7(),
                        default=apps.core.keys.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "recommendation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="recommendations.recommendation",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="Version")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("idea", "Idea"),
                            ("draft", "Draft"),
                            ("round_open", "Round open"),
                            ("round_answered", "Round answered"),
                            ("panel_review", "With the panel"),
                            ("pilot_ready", "Ready to be piloted"),
                            ("piloting", "Being piloted"),
                            ("pilot_evaluated", "Pilots evaluated"),
                            ("panel_final", "Final review"),
                            ("standard", "Standard"),
                            ("superseded", "Superseded"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="idea",
                        max_length=16,
                        verbose_name="State",
                    ),
                ),
                ("state_since", models.DateTimeField()),
                ("shared_as_draft_at", models.DateTimeField(blank=True, null=True)),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="Published on")),
                ("doi", models.CharField(blank=True, max_length=100, verbose_name="DOI")),
            ],
            options={
                "ordering": ["recommendation", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("recommendation", "number"), name="recommendation_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["standard", "superseded", "withdrawn"]), _negated=True),
                        fields=("recommendation",),
                        name="recommendation_one_version_in_work",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "standard")),
                        fields=("recommendation",),
                        name="recommendation_one_standard",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "idea",
                                    "draft",
                                    "round_open",
                                    "round_answered",
                                    "panel_review",
                                    "pilot_ready",
                                    "piloting",
                                    "pilot_evaluated",
                                    "panel_final",
                                    "standard",
                                    "superseded",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="recommendation_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "standard"), _negated=True),
                            ("published_at__isnull", False),
                            _connector="OR",
                        ),
                        name="recommendation_standard_is_public",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("doi", ""), ("doi__regex", "^10\\.\\d{4,9}/\\S+$"), _connector="OR"),
                        name="recommendation_doi_format",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=apps.core.keys.Uuid7(),
                        default=apps.core.keys.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="editions",
                        to="recommendations.recommendationversion",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=160, verbose_name="Title")),
                ("summary", models.TextField(blank=True, max_length=600, verbose_name="Summary")),
                ("items", models.JSONField(blank=True, default=list, verbose_name="Items answered")),
                ("target_level", models.PositiveSmallIntegerField(default=3, verbose_name="Target level")),
                (
                    "effort",
                    models.CharField(
                        choices=[("small", "small"), ("medium", "medium"), ("large", "large")],
                        default="medium",
                        max_length=6,
                        verbose_name="Effort",
                    ),
                ),
                ("effort_note", models.TextField(blank=True, max_length=2000, verbose_name="Effort in detail")),
                ("indicator", models.JSONField(blank=True, default=dict, verbose_name="Indicator")),
                ("legal_bases", models.JSONField(blank=True, default=list, verbose_name="Legal bases")),
                ("variants", models.JSONField(blank=True, default=list, verbose_name="Variants")),
                ("templates", models.JSONField(blank=True, default=list, verbose_name="Templates")),
                ("measures", models.JSONField(blank=True, default=list, verbose_name="Template measures")),
                ("sources", models.JSONField(blank=True, default=list, verbose_name="Sources")),
                ("training", models.JSONField(blank=True, default=list, verbose_name="Training modules")),
                ("frozen_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["version", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "number"), name="edition_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("frozen_at", None)), fields=("version",), name="edition_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="edition_has_a_title"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("target_level__range", (1, 4))), name="edition_target_is_a_level"
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=apps.core.keys.Uuid7(),
                        default=apps.core.keys.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "edition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blocks",
                        to="recommendations.edition",
                    ),
                ),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("problem", "Problem and evidence"),
                            ("goal", "Goal"),
                            ("steps", "Steps"),
                            ("law", "Legal framework"),
                            ("side_effects", "Side effects and limits"),
                            ("plain_language", "In plain language"),
                        ],
                        max_length=14,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("key", models.UUIDField(default=uuid.uuid4)),
                (
                    "kind",
                    models.CharField(
                        choices=[("heading", "Heading"), ("paragraph", "Paragraph"), ("entry", "List entry")],
                        default="paragraph",
                        max_length=9,
                    ),
                ),
                ("text", models.TextField()),
                ("split_from", models.UUIDField(blank=True, null=True)),
                ("absorbed", models.JSONField(blank=True, default=list)),
            ],
            options={
                "ordering": ["edition", "section", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "key"), name="block_key_once_in_edition"),
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("edition", "section", "position"),
                        name="block_place_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="block_says_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("section__in", ["problem", "goal", "steps", "law", "side_effects", "plain_language"])
                        ),
                        name="block_section_is_known",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="StateChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=apps.core.keys.Uuid7(),
                        default=apps.core.keys.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="recommendations.recommendationversion",
                    ),
                ),
                ("transition", models.CharField(max_length=24)),
                (
                    "from_state",
                    models.CharField(
                        choices=[
                            ("idea", "Idea"),
                            ("draft", "Draft"),
                            ("round_open", "Round open"),
                            ("round_answered", "Round answered"),
                            ("panel_review", "With the panel"),
                            ("pilot_ready", "Ready to be piloted"),
                            ("piloting", "Being piloted"),
                            ("pilot_evaluated", "Pilots evaluated"),
                            ("panel_final", "Final review"),
                            ("standard", "Standard"),
                            ("superseded", "Superseded"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("idea", "Idea"),
                            ("draft", "Draft"),
                            ("round_open", "Round open"),
                            ("round_answered", "Round answered"),
                            ("panel_review", "With the panel"),
                            ("pilot_ready", "Ready to be piloted"),
                            ("piloting", "Being piloted"),
                            ("pilot_evaluated", "Pilots evaluated"),
                            ("panel_final", "Final review"),
                            ("standard", "Standard"),
                            ("superseded", "Superseded"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=16,
                    ),
                ),
                ("reason", models.TextField(blank=True, max_length=2000)),
                (
                    "edition",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="recommendations.edition",
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["version", "created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("from_state", models.F("to_state")), _negated=True),
                        name="state_change_changes",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="TeamMember",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=apps.core.keys.Uuid7(),
                        default=apps.core.keys.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "recommendation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="team",
                        to="recommendations.recommendation",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="writes", to="accounts.programmerole"
                    ),
                ),
                ("leads", models.BooleanField(default=False, verbose_name="Leads the team")),
                ("left_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-leads", "role__bench", "created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_at", None)),
                        fields=("recommendation", "role"),
                        name="team_member_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("leads", True), ("left_at", None)),
                        fields=("recommendation",),
                        name="team_one_leads",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="SectionCheckout",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=apps.core.keys.Uuid7(),
                        default=apps.core.keys.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "edition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checkouts",
                        to="recommendations.edition",
                    ),
                ),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("problem", "Problem and evidence"),
                            ("goal", "Goal"),
                            ("steps", "Steps"),
                            ("law", "Legal framework"),
                            ("side_effects", "Side effects and limits"),
                            ("plain_language", "In plain language"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("draft", models.TextField(blank=True, max_length=60000)),
            ],
            options={
                "ordering": ["created_at"],
                "constraints": [models.UniqueConstraint(fields=("edition", "section"), name="section_in_one_hand")],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Expense",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=apps.core.keys.Uuid7(),
                        default=apps.core.keys.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expenses",
                        to="recommendations.teammember",
                    ),
                ),
                ("incurred_on", models.DateField(verbose_name="Date")),
                ("purpose", models.CharField(max_length=200, verbose_name="What for")),
                (
                    "hours",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="Hours"),
                ),
                (
                    "amount",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="Amount in euros"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("noted", "noted"),
                            ("approved", "approved"),
                            ("declined", "declined"),
                            ("paid", "paid"),
                        ],
                        default="noted",
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="Reason")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-incurred_on", "-created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hours__gt", 0), ("hours", None), _connector="OR"),
                            models.Q(("amount__gt", 0), ("amount", None), _connector="OR"),
                            models.Q(("hours__isnull", False), ("amount__isnull", False), _connector="OR"),
                        ),
                        name="expense_is_time_or_money",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by", None), ("state", "noted")),
                            models.Q(models.Q(("state", "noted"), _negated=True), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="expense_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), ("state", "declined"), _negated=True),
                        name="expense_declined_with_a_reason",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=apps.core.keys.Uuid7(),
                        default=apps.core.keys.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="recommendations.recommendationversion",
                    ),
                ),
                (
                    "edition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="round", to="recommendations.edition"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("introduction", models.TextField(max_length=3000, verbose_name="What we ask")),
                ("deadline", models.DateField(verbose_name="Deadline")),
                ("site", models.URLField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("closed", "closed"), ("called_off", "called off")],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, max_length=2000, verbose_name="Reason")),
            ],
            options={
                "ordering": ["version", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "number"), name="round_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("version",), name="round_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("closed_by", None), ("state", "open")),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False), ("state", "closed")),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                ("state", "called_off"),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="round_state_has_its_facts",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=apps.core.keys.Uuid7(),
                        default=apps.core.keys.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "round",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to="recommendations.round",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rounds", to="accounts.programmerole"
                    ),
                ),
                ("last_seen_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["role__bench", "created_at"],
                "constraints": [models.UniqueConstraint(fields=("round", "role"), name="participant_once")],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="BenchWord",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=apps.core.keys.Uuid7(),
                        default=apps.core.keys.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "round",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bench_words",
                        to="recommendations.round",
                    ),
                ),
                (
                    "bench",
                    models.CharField(
                        choices=[
                            ("administration", "Administration"),
                            ("civil_society", "Civil society"),
                            ("science", "Science"),
                        ],
                        max_length=14,
                        verbose_name="Bench",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("consent", "agrees"),
                            ("conditional", "agrees with reservations"),
                            ("dissent", "does not agree"),
                            ("abstained", "abstains"),
                        ],
                        max_length=11,
                        verbose_name="Position",
                    ),
                ),
                ("text", models.TextField(max_length=5000, verbose_name="Reasons")),
                (
                    "given_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["bench"],
                "constraints": [
                    models.UniqueConstraint(fields=("round", "bench"), name="bench_speaks_once"),
                    models.CheckConstraint(
                        condition=models.Q(("bench__in", ["administration", "civil_society", "science"])),
                        name="bench_word_bench_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="bench_word_has_reasons"
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=apps.core.keys.Uuid7(),
                        default=apps.core.keys.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "round",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="recommendations.round",
                    ),
                ),
                (
                    "section",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("problem", "Problem and evidence"),
                            ("goal", "Goal"),
                            ("steps", "Steps"),
                            ("law", "Legal framework"),
                            ("side_effects", "Side effects and limits"),
                            ("plain_language", "In plain language"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "block",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="recommendations.block",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("comment", "Comment"), ("proposal", "Proposed wording"), ("reply", "Reply")],
                        max_length=8,
                    ),
                ),
                (
                    "bench",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("administration", "Administration"),
                            ("civil_society", "Civil society"),
                            ("science", "Science"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("text", models.TextField(max_length=5000, verbose_name="Comment")),
                ("proposed_wording", models.TextField(blank=True, max_length=5000, verbose_name="Proposed wording")),
                (
                    "thread",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replies",
                        to="recommendations.comment",
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("request_key", models.UUIDField(default=apps.core.keys.uuid7)),
            ],
            options={
                "ordering": ["created_at", "id"],
                "indexes": [models.Index(fields=["round", "section", "created_at"], name="comment_of_round")],
                "constraints": [
                    models.UniqueConstraint(fields=("round", "author", "request_key"), name="comment_once_per_request"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "reply"), ("proposed_wording", ""), ("thread__isnull", False)),
                            models.Q(("kind", "comment"), ("proposed_wording", ""), ("thread", None)),
                            models.Q(
                                ("block__isnull", False),
                                ("kind", "proposal"),
                                ("thread", None),
                                models.Q(("proposed_wording", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="comment_kind_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text", ""), _negated=True), ("kind", "proposal"), _connector="OR"
                        ),
                        name="comment_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "reply"), models.Q(("bench", ""), _negated=True), _connector="OR"),
                        name="comment_is_of_a_bench",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("block", None), models.Q(("section", ""), _negated=True), _connector="OR"),
                        name="comment_on_a_block_has_a_section",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=apps.core.keys.Uuid7(),
                        default=apps.core.keys.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "comment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agreements",
                        to="recommendations.comment",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("comment", "user"), name="agreement_once")],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Disposition",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=apps.core.keys.Uuid7(),
                        default=apps.core.keys.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "comment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="disposition",
                        to="recommendations.comment",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("accepted", "accepted"),
                            ("modified", "accepted in part"),
                            ("rejected", "not accepted"),
                            ("deferred", "deferred"),
                            ("duplicate", "answered elsewhere"),
                        ],
                        max_length=9,
                        verbose_name="Outcome",
                    ),
                ),
                ("reason", models.TextField(max_length=3000, verbose_name="Reason")),
                (
                    "duplicate_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="recommendations.comment",
                        verbose_name="Answered with",
                    ),
                ),
                ("place", models.UUIDField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="disposition_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("duplicate_of__isnull", False), ("outcome", "duplicate")),
                            models.Q(models.Q(("outcome", "duplicate"), _negated=True), ("duplicate_of", None)),
                            _connector="OR",
                        ),
                        name="disposition_duplicate_names_the_other",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("duplicate_of", None),
                            models.Q(("duplicate_of", models.F("comment")), _negated=True),
                            _connector="OR",
                        ),
                        name="disposition_not_of_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["accepted", "modified", "rejected", "deferred", "duplicate"])
                        ),
                        name="disposition_outcome_is_known",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="SynopsisCopy",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=apps.core.keys.Uuid7(),
                        default=apps.core.keys.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="synopses", to="recommendations.round"
                    ),
                ),
                ("language", models.CharField(max_length=10)),
                (
                    "requested_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "waiting"),
                            ("running", "being made"),
                            ("done", "finished"),
                            ("failed", "failed"),
                        ],
                        default="queued",
                        max_length=8,
                    ),
                ),
                ("progress", models.PositiveSmallIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("heartbeat_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "file",
                    models.FileField(
                        blank=True, max_length=200, storage=apps.reports.storage.report_storage, upload_to=""
                    ),
                ),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("pages", models.PositiveIntegerField(blank=True, null=True)),
                ("size", models.PositiveIntegerField(blank=True, null=True)),
                ("error", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "ordering": ["-created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["queued", "running"])),
                        fields=("round", "language"),
                        name="synopsis_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("progress__lte", 100), ("attempts__lte", 5)), name="synopsis_in_bounds"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("error", ""), ("file", ""), ("finished_at", None), ("state", "queued")),
                            models.Q(
                                ("attempts__gte", 1),
                                ("error", ""),
                                ("file", ""),
                                ("finished_at", None),
                                ("state", "running"),
                            ),
                            models.Q(
                                ("error", ""),
                                ("finished_at__isnull", False),
                                ("pages__gte", 1),
                                ("progress", 100),
                                ("size__gte", 1),
                                ("state", "done"),
                                models.Q(("file", ""), _negated=True),
                                ("sha256__regex", "^[0-9a-f]{64}$"),
                            ),
                            models.Q(
                                ("file", ""),
                                ("finished_at__isnull", False),
                                ("state", "failed"),
                                models.Q(("error", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="synopsis_state_is_whole",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ContributionSummary",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=apps.core.keys.Uuid7(),
                        default=apps.core.keys.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="summaries",
                        to="recommendations.round",
                    ),
                ),
                (
                    "section",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("problem", "Problem and evidence"),
                            ("goal", "Goal"),
                            ("steps", "Steps"),
                            ("law", "Legal framework"),
                            ("side_effects", "Side effects and limits"),
                            ("plain_language", "In plain language"),
                        ],
                        max_length=14,
                        verbose_name="Part of the text",
                    ),
                ),
                ("text", models.TextField(max_length=3000, verbose_name="Summary")),
                ("rests_on", models.PositiveSmallIntegerField()),
                (
                    "written_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["section", "created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="summary_says_something"
                    ),
                    models.CheckConstraint(condition=models.Q(("rests_on__gte", 3)), name="summary_rests_on_several"),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Contribution",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contributions",
                        to="recommendations.round",
                    ),
                ),
                (
                    "section",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("problem", "Problem and evidence"),
                            ("goal", "Goal"),
                            ("steps", "Steps"),
                            ("law", "Legal framework"),
                            ("side_effects", "Side effects and limits"),
                            ("plain_language", "In plain language"),
                        ],
                        max_length=14,
                        verbose_name="Part of the text",
                    ),
                ),
                ("text", models.TextField(max_length=5000, verbose_name="Your contribution")),
                (
                    "summary",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="contributions",
                        to="recommendations.contributionsummary",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="contribution_says_something"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="MappingRule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=apps.core.keys.Uuid7(),
                        default=apps.core.keys.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("instrument", models.CharField(max_length=60, verbose_name="Questionnaire")),
                ("item", models.CharField(max_length=100, verbose_name="Item")),
                ("threshold", models.PositiveSmallIntegerField(verbose_name="Up to level")),
                ("on_unknown", models.BooleanField(default=False, verbose_name="Also where unknown")),
                ("profiles", models.JSONField(blank=True, default=list, verbose_name="Profiles")),
                ("competence", models.CharField(blank=True, max_length=40, verbose_name="Competence")),
                (
                    "recommendation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules",
                        to="recommendations.recommendation",
                    ),
                ),
                ("module", models.SlugField(blank=True, max_length=60, verbose_name="Training module")),
                ("priority", models.PositiveSmallIntegerField(default=2, verbose_name="Priority")),
                (
                    "prerequisite",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="recommendations.recommendation",
                        verbose_name="First",
                    ),
                ),
            ],
            options={
                "ordering": ["instrument", "item", "priority", "recommendation__number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("instrument", "item", "competence", "recommendation", "module"),
                        name="mapping_rule_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recommendation__isnull", False), models.Q(("module", ""), _negated=True), _connector="OR"
                        ),
                        name="mapping_rule_leads_somewhere",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("threshold__range", (0, 3))),
                        name="mapping_rule_threshold_is_below_a_target",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("priority__range", (1, 3))), name="mapping_rule_priority"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "competence__in",
                                [
                                    "",
                                    "immigration_authority",
                                    "social_services",
                                    "youth_services",
                                    "public_order",
                                    "citizen_services",
                                    "housing",
                                    "schools",
                                    "culture",
                                    "procurement",
                                ],
                            )
                        ),
                        name="mapping_rule_competence_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("prerequisite", None),
                            ("recommendation", None),
                            models.Q(("prerequisite", models.F("recommendation")), _negated=True),
                            _connector="OR",
                        ),
                        name="mapping_rule_not_its_own_prerequisite",
                    ),
                ],
                "indexes": [],
            },
        ),
    ]
