import django.db.models.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.core.keys


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_programme_roles"),
    ]

    operations = [
        migrations.CreateModel(
            name="PanelRules",
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
                ("quorum", models.PositiveSmallIntegerField(verbose_name="Quorum in percent")),
                (
                    "majority",
                    models.CharField(
                        choices=[
                            ("simple", "more yes than no"),
                            ("absolute", "more than half of those entitled"),
                            ("two_thirds", "two thirds of yes and no"),
                        ],
                        max_length=10,
                        verbose_name="Majority",
                    ),
                ),
                ("decided_on", models.DateField(verbose_name="Decided on")),
                ("reason", models.TextField(max_length=1000, verbose_name="Decision")),
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
                "ordering": ["-created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quorum__range", (1, 100))), name="panel_rules_quorum_is_percent"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("majority__in", ["simple", "absolute", "two_thirds"])),
                        name="panel_rules_majority_is_known",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Review",
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
                ("subject_kind", models.CharField(max_length=20)),
                ("subject_id", models.UUIDField()),
                ("subject_title", models.CharField(max_length=200)),
                ("text_id", models.UUIDField(blank=True, null=True)),
                ("stage", models.CharField(choices=[("initial", "before piloting"), ("final", "final")], max_length=7)),
                ("question", models.TextField(blank=True, max_length=2000, verbose_name="What is to be decided")),
                ("deadline", models.DateField(verbose_name="Deadline")),
                ("quorum", models.PositiveSmallIntegerField()),
                (
                    "majority",
                    models.CharField(
                        choices=[
                            ("simple", "more yes than no"),
                            ("absolute", "more than half of those entitled"),
                            ("two_thirds", "two thirds of yes and no"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "being reviewed"),
                            ("voting", "being voted on"),
                            ("decided", "decided"),
                            ("called_off", "called off"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("accepted", "accepted"),
                            ("conditional", "accepted with conditions"),
                            ("returned", "returned to be revised"),
                            ("no_quorum", "no quorum"),
                        ],
                        max_length=11,
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
                ("site", models.CharField(blank=True, max_length=200)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, max_length=2000, verbose_name="Reason")),
            ],
            options={
                "ordering": ["deadline", "created_at"],
                "indexes": [models.Index(fields=["subject_kind", "subject_id"], name="review_of_subject")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["open", "voting"])),
                        fields=("subject_kind", "subject_id"),
                        name="review_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("outcome", ""), ("state__in", ["open", "voting"])),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("state", "decided"),
                                models.Q(("outcome", ""), _negated=True),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("outcome", ""),
                                ("state", "called_off"),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="review_state_has_its_facts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
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
                    "review",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to="reviews.review",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="accounts.programmerole",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="Deadline")),
                ("reports", models.BooleanField(default=False, verbose_name="Reports to the panel")),
                ("conflict", models.BooleanField(blank=True, null=True, verbose_name="Conflict of interest")),
                ("conflict_note", models.TextField(blank=True, max_length=1000, verbose_name="What it consists in")),
                ("last_seen_at", models.DateTimeField(blank=True, null=True)),
                ("scored_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["due_on", "created_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("review", "member"), name="assignment_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("conflict", True), _negated=True),
                            models.Q(("conflict_note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="assignment_conflict_is_explained",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Score",
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
                    "assignment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scores",
                        to="reviews.assignment",
                    ),
                ),
                ("criterion", models.CharField(max_length=30)),
                ("score", models.PositiveSmallIntegerField(verbose_name="Score")),
                ("reason", models.TextField(max_length=2000, verbose_name="Reason")),
            ],
            options={
                "ordering": ["criterion"],
                "constraints": [
                    models.UniqueConstraint(fields=("assignment", "criterion"), name="score_once"),
                    models.CheckConstraint(condition=models.Q(("score__range", (1, 4))), name="score_is_1_to_4"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="score_has_a_reason"
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Vote",
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
                    "assignment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="vote", to="reviews.assignment"
                    ),
                ),
                (
                    "choice",
                    models.CharField(
                        choices=[
                            ("yes", "Yes"),
                            ("conditional", "Yes, with conditions"),
                            ("no", "No"),
                            ("abstain", "Abstention"),
                        ],
                        max_length=11,
                        verbose_name="Vote",
                    ),
                ),
                ("reason", models.TextField(blank=True, max_length=2000, verbose_name="Reason")),
            ],
            options={
                "ordering": ["created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("choice__in", ["yes", "conditional", "no", "abstain"])),
                        name="vote_choice_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("choice", "no"), ("reason", ""), _negated=True), name="vote_no_has_a_reason"
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Condition",
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
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="conditions", to="reviews.review"
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="Condition")),
                (
                    "set_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.programmerole",
                    ),
                ),
                ("met_at", models.DateTimeField(blank=True, null=True)),
                ("met_note", models.TextField(blank=True, max_length=2000, verbose_name="How it was met")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.programmerole",
                    ),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="condition_says_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("met_at", None), ("met_note", "")),
                            models.Q(("met_at__isnull", False), models.Q(("met_note", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="condition_met_says_how",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at", None), ("confirmed_by", None)),
                            models.Q(
                                ("confirmed_at__isnull", False),
                                ("confirmed_by__isnull", False),
                                ("met_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="condition_confirmed_after_it_was_met",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="MinorityStatement",
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
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="minority_statements",
                        to="reviews.review",
                    ),
                ),
                ("text", models.TextField(max_length=6000, verbose_name="Minority statement")),
            ],
            options={
                "ordering": ["created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="minority_statement_says_something"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="MinoritySigner",
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
                    "statement",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signers",
                        to="reviews.minoritystatement",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.programmerole"
                    ),
                ),
                ("by_name", models.BooleanField(default=False, verbose_name="By name")),
            ],
            options={
                "ordering": ["created_at"],
                "constraints": [models.UniqueConstraint(fields=("statement", "member"), name="minority_signer_once")],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Advice",
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
                ("number", models.PositiveIntegerField(unique=True)),
                ("title", models.CharField(max_length=160, verbose_name="Title")),
                ("text", models.TextField(max_length=10000, verbose_name="Advice")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("given", "given"), ("answered", "answered")],
                        default="draft",
                        max_length=8,
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.programmerole"
                    ),
                ),
                ("given_at", models.DateTimeField(blank=True, null=True)),
                ("answer_due_on", models.DateField(blank=True, null=True, verbose_name="Answer wanted until")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("followed", "is followed"),
                            ("partly", "is followed in part"),
                            ("not_followed", "is not followed"),
                        ],
                        max_length=12,
                        verbose_name="The project's answer",
                    ),
                ),
                ("answer_reason", models.TextField(blank=True, max_length=6000, verbose_name="Reasons")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at", None), ("given_at", None), ("state", "draft")),
                            models.Q(
                                ("answer", ""),
                                ("answer_due_on__isnull", False),
                                ("answered_at", None),
                                ("given_at__isnull", False),
                                ("state", "given"),
                            ),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                ("given_at__isnull", False),
                                ("state", "answered"),
                                models.Q(("answer", ""), _negated=True),
                                models.Q(("answer_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="advice_state_has_its_facts",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="AdviceSigner",
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
                    "advice",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signers",
                        to="reviews.advice",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.programmerole"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("advice", "member"), name="advice_signer_once")],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Meeting",
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
                ("title", models.CharField(max_length=160, verbose_name="Title")),
                ("starts_at", models.DateTimeField(verbose_name="Begins")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="Ends")),
                (
                    "place",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="Place or address of the video conference"
                    ),
                ),
                (
                    "chair",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.programmerole",
                    ),
                ),
                ("minutes", models.TextField(blank=True, max_length=20000, verbose_name="Course of the meeting")),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "called_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-starts_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at", None), ("ends_at__gt", models.F("starts_at")), _connector="OR"),
                        name="meeting_ends_after_it_begins",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="AgendaItem",
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
                    "meeting",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agenda",
                        to="reviews.meeting",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=200, verbose_name="Title")),
                (
                    "review",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="agenda_items",
                        to="reviews.review",
                    ),
                ),
                (
                    "advice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="agenda_items",
                        to="reviews.advice",
                    ),
                ),
                ("result", models.TextField(blank=True, max_length=5000, verbose_name="Result")),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("meeting", "position"),
                        name="agenda_place_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("review", None), ("advice", None), _connector="OR"),
                        name="agenda_item_about_one_thing",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
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
                    "meeting",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendance",
                        to="reviews.meeting",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.programmerole"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("present", "present"), ("remote", "by video"), ("excused", "excused")], max_length=7
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("meeting", "member"), name="attendance_once")],
                "indexes": [],
            },
        ),
    ]
