import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.core.keys
import apps.core.scope
import apps.core.tenancy
import apps.files.storage
import apps.reports.storage


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_programme_roles"),
        ("files", "0001_initial"),
        ("municipalities", "0001_initial"),
        ("reports", "0001_initial"),
        ("reviews", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Module",
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
                ("is_empowerment", models.BooleanField(default=False, verbose_name="Empowerment")),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("dimension__range", (1, 10))), name="module_dimension"),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="modules_count_from_one"),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ModuleVersion",
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
                    "module",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="training.module"
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
            ],
            options={
                "ordering": ["module", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("module", "number"), name="module_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["standard", "superseded", "withdrawn"]), _negated=True),
                        fields=("module",),
                        name="module_one_version_in_work",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "standard")), fields=("module",), name="module_one_standard"
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
                        name="module_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "standard"), _negated=True),
                            ("published_at__isnull", False),
                            _connector="OR",
                        ),
                        name="module_standard_is_public",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ModuleEdition",
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
                        to="training.moduleversion",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=160, verbose_name="Title")),
                ("summary", models.TextField(blank=True, max_length=600, verbose_name="Summary")),
                ("target_group", models.CharField(blank=True, max_length=400, verbose_name="Target group")),
                ("prerequisites", models.CharField(blank=True, max_length=400, verbose_name="Prerequisites")),
                ("minutes", models.PositiveSmallIntegerField(default=30, verbose_name="Duration in minutes")),
                ("objectives", models.JSONField(blank=True, default=list, verbose_name="Learning objectives")),
                ("items", models.JSONField(blank=True, default=list, verbose_name="Items answered")),
                ("delivery", models.JSONField(blank=True, default=list, verbose_name="How it can be given")),
                (
                    "valid_months",
                    models.PositiveSmallIntegerField(default=0, verbose_name="To be repeated after (months)"),
                ),
                ("sources", models.JSONField(blank=True, default=list, verbose_name="Sources")),
                ("legal_bases", models.JSONField(blank=True, default=list, verbose_name="Legal bases")),
                ("words_en", models.JSONField(blank=True, default=dict)),
                ("frozen_at", models.DateTimeField(blank=True, null=True)),
                ("search", django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                ("imported", models.CharField(blank=True, editable=False, max_length=64)),
            ],
            options={
                "ordering": ["version", "number"],
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["search"], name="module_edition_search")],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "number"), name="module_edition_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("frozen_at", None)), fields=("version",), name="module_edition_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="module_edition_has_a_title"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Unit",
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
                        related_name="units",
                        to="training.moduleedition",
                    ),
                ),
                ("key", models.SlugField(max_length=60, verbose_name="Key")),
                (
                    "audience",
                    models.CharField(
                        choices=[("learner", "Learners"), ("trainer", "Trainers only")],
                        default="learner",
                        max_length=7,
                        verbose_name="For whom",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("image", "Image"),
                            ("video", "Video"),
                            ("audio", "Audio"),
                            ("quiz", "Quiz"),
                            ("download", "File to download"),
                            ("reflection", "Reflection task"),
                            ("scenario", "Scenario with branches"),
                        ],
                        max_length=10,
                        verbose_name="Kind",
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="Title")),
                ("minutes", models.PositiveSmallIntegerField(default=0, verbose_name="Duration in minutes")),
                ("content", models.JSONField(default=dict)),
                ("words_en", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "ordering": ["edition", "audience", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "key"), name="unit_key_once_in_edition"),
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("edition", "audience", "position"),
                        name="unit_place_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), models.Q(("key", ""), _negated=True)
                        ),
                        name="unit_has_a_title",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["text", "image", "video", "audio", "quiz", "download", "reflection", "scenario"],
                            )
                        ),
                        name="unit_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("audience", "learner"),
                            models.Q(("audience", "trainer"), ("kind__in", ["text", "download"])),
                            _connector="OR",
                        ),
                        name="unit_for_trainers_is_text_or_file",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ModuleFile",
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
                    "module",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="training.module"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("image", "Image"),
                            ("video", "Video"),
                            ("audio", "Audio"),
                            ("captions", "Captions (WebVTT)"),
                            ("document", "Document"),
                        ],
                        max_length=8,
                    ),
                ),
                ("for_trainers", models.BooleanField(default=False)),
                ("name", models.CharField(max_length=160, verbose_name="File name")),
                ("media_type", models.CharField(max_length=100)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("file", models.FileField(max_length=200, storage=apps.files.storage.upload_storage, upload_to="")),
                (
                    "uploaded_by",
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
                "ordering": ["module", "name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sha256__regex", "^[0-9a-f]{64}$"),
                            ("size__gte", 1),
                            models.Q(("name", ""), _negated=True),
                            models.Q(("file", ""), _negated=True),
                        ),
                        name="module_file_is_whole",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ModuleStateChange",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="training.moduleversion"
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
                        to="training.moduleedition",
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
                        name="module_state_change_changes",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ModuleAuthor",
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
                    "module",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="authors", to="training.module"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("left_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["module", "created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_at", None)), fields=("module", "user"), name="module_author_once"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="TrainerQualification",
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
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="qualifications",
                        to="accounts.programmerole",
                    ),
                ),
                (
                    "module",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="qualifications", to="training.module"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("co", "co-teaching"), ("lead", "leading")],
                        default="co",
                        max_length=4,
                        verbose_name="Level",
                    ),
                ),
                ("qualification", models.TextField(blank=True, max_length=1000, verbose_name="Qualification")),
                ("since", models.DateField(verbose_name="Since")),
                ("valid_until", models.DateField(verbose_name="To be renewed by")),
            ],
            options={
                "ordering": ["module", "role"],
                "constraints": [
                    models.UniqueConstraint(fields=("role", "module"), name="trainer_qualified_once"),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gt", models.F("since"))),
                        name="trainer_qualification_has_a_span",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Room",
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
                    "host",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="Name")),
                ("address", models.CharField(max_length=240, verbose_name="Address")),
                ("seats", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="Seats")),
                ("step_free", models.BooleanField(default=False, verbose_name="Step-free")),
                ("accessible_toilet", models.BooleanField(default=False, verbose_name="Accessible toilet")),
                ("hearing_loop", models.BooleanField(default=False, verbose_name="Hearing loop")),
                (
                    "accessibility",
                    models.TextField(blank=True, max_length=1000, verbose_name="Accessibility in detail"),
                ),
            ],
            options={
                "ordering": ["name"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Session",
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
                    "module",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sessions", to="training.module"
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.moduleedition",
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
                (
                    "opens_to",
                    models.CharField(
                        choices=[
                            ("one", "the organising municipality"),
                            ("some", "chosen municipalities"),
                            ("all", "all municipalities"),
                        ],
                        default="one",
                        max_length=4,
                        verbose_name="Open to",
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("online", "online"),
                            ("on_site", "on site"),
                            ("hybrid", "on site and online"),
                            ("self_paced", "self-paced, together"),
                        ],
                        max_length=10,
                        verbose_name="Form",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("de", "German"), ("en", "English")],
                        default="de",
                        max_length=2,
                        verbose_name="Language",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "being planned"),
                            ("open", "open for enrolment"),
                            ("held", "held"),
                            ("cancelled", "cancelled"),
                        ],
                        default="planned",
                        max_length=9,
                        verbose_name="State",
                    ),
                ),
                ("confidential", models.BooleanField(default=False)),
                (
                    "capacity",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5000),
                        ],
                        verbose_name="Seats",
                    ),
                ),
                ("minimum", models.PositiveSmallIntegerField(default=1, verbose_name="Takes place from (people)")),
                ("taken", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("waiting", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("entries", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "quota_each",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="Seats per municipality at most"
                    ),
                ),
                ("enrol_until", models.DateTimeField(verbose_name="Enrolment until")),
                ("cancel_until", models.DateTimeField(verbose_name="Cancellation without a note until")),
                (
                    "offer_hours",
                    models.PositiveSmallIntegerField(default=48, verbose_name="An offered seat waits (hours)"),
                ),
                (
                    "attended_from",
                    models.PositiveSmallIntegerField(
                        default=80,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="Attended from (percent of the time)",
                    ),
                ),
                ("first_starts_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("last_ends_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("change_to_tell", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "cost",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=8, verbose_name="Cost per person in euros"
                    ),
                ),
                ("online_url", models.URLField(blank=True, max_length=300, verbose_name="Address of the meeting")),
                ("notes", models.TextField(blank=True, max_length=2000, verbose_name="Notes for participants")),
                ("check_in_key", models.UUIDField(default=apps.core.keys.uuid7, editable=False)),
                ("cancelled_because", models.TextField(blank=True, max_length=1000)),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["first_starts_at", "id"],
                "indexes": [models.Index(fields=["state", "first_starts_at"], name="session_upcoming")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("taken__lte", models.F("capacity"))), name="session_never_a_seat_too_many"
                    ),
                    models.CheckConstraint(condition=models.Q(("capacity__gte", 1)), name="session_has_seats"),
                    models.CheckConstraint(
                        condition=models.Q(("minimum__lte", models.F("capacity"))),
                        name="session_minimum_can_be_reached",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("opens_to", "one"), _negated=True), ("host__isnull", False), _connector="OR"
                        ),
                        name="session_of_one_has_a_host",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confidential", False),
                            models.Q(("host", None), ("mode", "on_site"), ("opens_to", "all"), ("quota_each", None)),
                            _connector="OR",
                        ),
                        name="session_confidential_is_for_all",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["open", "held"]), _negated=True),
                            models.Q(("first_starts_at__isnull", False), ("last_ends_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="session_open_has_dates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "cancelled"), models.Q(("cancelled_because", ""), _negated=True)),
                            models.Q(models.Q(("state", "cancelled"), _negated=True), ("cancelled_because", "")),
                            _connector="OR",
                        ),
                        name="session_cancelled_with_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_starts_at", None),
                            ("cancel_until__lte", models.F("first_starts_at")),
                            _connector="OR",
                        ),
                        name="session_cancellation_before_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("attended_from__range", (1, 100))), name="session_attended_is_percent"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionDate",
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
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="dates", to="training.session"
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="Begins")),
                ("ends_at", models.DateTimeField(verbose_name="Ends")),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.room",
                        verbose_name="Room",
                    ),
                ),
            ],
            options={
                "ordering": ["session", "starts_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="session_date_ends_after_it_begins",
                    ),
                    models.UniqueConstraint(fields=("session", "starts_at"), name="session_date_once"),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="SessionShare",
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
                    "session",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shares",
                        to="training.session",
                    ),
                ),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="municipalities.municipality"
                    ),
                ),
                ("quota", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="Seats at most")),
                ("taken", models.PositiveSmallIntegerField(default=0, editable=False)),
            ],
            options={
                "ordering": ["session", "of__name"],
                "constraints": [
                    models.UniqueConstraint(fields=("session", "of"), name="session_share_once"),
                    models.CheckConstraint(
                        condition=models.Q(("quota", None), ("taken__lte", models.F("quota")), _connector="OR"),
                        name="session_share_quota_holds",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="SessionTrainer",
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
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="trainers", to="training.session"
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.programmerole"
                    ),
                ),
                ("is_lead", models.BooleanField(default=True, verbose_name="leads")),
            ],
            options={
                "ordering": ["session", "-is_lead"],
                "constraints": [models.UniqueConstraint(fields=("session", "role"), name="session_trainer_once")],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Enrolment",
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
                    "municipality",
                    apps.core.tenancy.MunicipalityKey(
                        db_index=False,
                        default=apps.core.scope.current_municipality_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.session",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "waiting for approval"),
                            ("waiting", "on the waiting list"),
                            ("offered", "a seat is offered"),
                            ("enrolled", "enrolled"),
                            ("attended", "attended"),
                            ("absent", "not attended"),
                            ("cancelled", "cancelled"),
                            ("refused", "not approved"),
                            ("lapsed", "offer not answered in time"),
                        ],
                        max_length=9,
                        verbose_name="State",
                    ),
                ),
                ("state_since", models.DateTimeField()),
                ("entered_at", models.DateTimeField()),
                ("offer_until", models.DateTimeField(blank=True, null=True)),
                ("request_key", models.UUIDField()),
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
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("refused_because", models.TextField(blank=True, max_length=600)),
                (
                    "enrolled_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaces",
                    apps.core.tenancy.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="training.enrolment",
                    ),
                ),
            ],
            options={
                "ordering": ["session", "entered_at", "id"],
                "indexes": [models.Index(fields=["session", "state", "entered_at", "id"], name="enrolment_in_order")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["cancelled", "lapsed", "refused"]), _negated=True),
                        fields=("municipality", "session", "user"),
                        name="enrolment_once_per_person",
                    ),
                    models.UniqueConstraint(fields=("municipality", "request_key"), name="enrolment_once_per_request"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "requested",
                                    "waiting",
                                    "offered",
                                    "enrolled",
                                    "attended",
                                    "absent",
                                    "cancelled",
                                    "refused",
                                    "lapsed",
                                ],
                            )
                        ),
                        name="enrolment_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("offer_until__isnull", False), ("state", "offered")),
                            models.Q(models.Q(("state", "offered"), _negated=True), ("offer_until", None)),
                            _connector="OR",
                        ),
                        name="enrolment_offer_has_a_deadline",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("decided_by__isnull", False), models.Q(("refused_because", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="enrolment_refused_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConfidentialPlace",
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
                    "municipality",
                    apps.core.tenancy.MunicipalityKey(
                        db_index=False,
                        default=apps.core.scope.current_municipality_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.session",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "waiting for approval"),
                            ("waiting", "on the waiting list"),
                            ("offered", "a seat is offered"),
                            ("enrolled", "enrolled"),
                            ("attended", "attended"),
                            ("absent", "not attended"),
                            ("cancelled", "cancelled"),
                            ("refused", "not approved"),
                            ("lapsed", "offer not answered in time"),
                        ],
                        max_length=9,
                        verbose_name="State",
                    ),
                ),
                ("state_since", models.DateTimeField()),
                ("entered_at", models.DateTimeField()),
                ("offer_until", models.DateTimeField(blank=True, null=True)),
                ("request_key", models.UUIDField()),
            ],
            options={
                "ordering": ["session", "entered_at", "id"],
                "indexes": [
                    models.Index(fields=["session", "state", "entered_at", "id"], name="confidential_place_in_order")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["cancelled", "lapsed", "refused"]), _negated=True),
                        fields=("municipality", "session", "user"),
                        name="confidential_place_once_per_person",
                    ),
                    models.UniqueConstraint(
                        fields=("municipality", "request_key"), name="confidential_place_once_per_request"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "requested",
                                    "waiting",
                                    "offered",
                                    "enrolled",
                                    "attended",
                                    "absent",
                                    "cancelled",
                                    "refused",
                                    "lapsed",
                                ],
                            ),
                            models.Q(("state__in", ["requested", "refused"]), _negated=True),
                        ),
                        name="confidential_place_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("offer_until__isnull", False), ("state", "offered")),
                            models.Q(models.Q(("state", "offered"), _negated=True), ("offer_until", None)),
                            _connector="OR",
                        ),
                        name="confidential_place_offer_has_a_deadline",
                    ),
                ],
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
                    "municipality",
                    apps.core.tenancy.MunicipalityKey(
                        db_index=False,
                        default=apps.core.scope.current_municipality_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
                (
                    "enrolment",
                    apps.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attendances", to="training.enrolment"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "date",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="training.sessiondate"
                    ),
                ),
                ("how", models.CharField(choices=[("list", "by the list"), ("code", "by code")], max_length=4)),
            ],
            options={
                "ordering": ["date", "created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "enrolment", "date"), name="training_attendance_once"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ConfidentialAttendance",
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
                    "municipality",
                    apps.core.tenancy.MunicipalityKey(
                        db_index=False,
                        default=apps.core.scope.current_municipality_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
                (
                    "place",
                    apps.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendances",
                        to="training.confidentialplace",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "date",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.sessiondate",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "place", "date"), name="confidential_attendance_once"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="TrainingCalendar",
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
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("token_hash", models.CharField(blank=True, max_length=64)),
                (
                    "show_titles",
                    models.BooleanField(default=False, verbose_name="Show titles and places in my calendar"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("token_hash", ""), _negated=True),
                        fields=("token_hash",),
                        name="training_calendar_address_once",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="GateDocument",
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
                    "municipality",
                    apps.core.tenancy.MunicipalityKey(
                        db_index=False,
                        default=apps.core.scope.current_municipality_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("data_protection", "Data protection agreement (Art. 26 or 28 GDPR)"),
                            ("works_agreement", "Agreement with the staff council (Dienstvereinbarung)"),
                            ("no_staff_council", "There is no staff council"),
                            ("names", "Agreement that status lists may show names"),
                        ],
                        max_length=16,
                        verbose_name="Kind",
                    ),
                ),
                (
                    "document",
                    apps.core.tenancy.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                        verbose_name="Document",
                    ),
                ),
                ("signed_on", models.DateField(verbose_name="Date")),
                ("reference", models.CharField(blank=True, max_length=160, verbose_name="Reference")),
                ("stated_by_name", models.CharField(max_length=160, verbose_name="Signed or stated by")),
                (
                    "noted_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["kind", "-created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind", "no_staff_council"), ("document__isnull", False), _connector="OR"),
                        name="gate_has_its_document",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["data_protection", "works_agreement", "no_staff_council", "names"]),
                            models.Q(("stated_by_name", ""), _negated=True),
                        ),
                        name="gate_says_who",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="TrainingOpening",
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
                    "of",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="municipalities.municipality"
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "approval",
                    models.CharField(
                        choices=[
                            ("none", "Nobody approves: employees enrol themselves"),
                            ("required", "Enrolments are approved; time and cost are shown, nothing else"),
                        ],
                        default="none",
                        max_length=8,
                        verbose_name="Approval",
                    ),
                ),
                ("names_visible", models.BooleanField(default=False, verbose_name="Status lists show names")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_at", None), ("closed_at__gte", models.F("opened_at")), _connector="OR"
                        ),
                        name="training_opening_closes_later",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Approver",
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
                    "municipality",
                    apps.core.tenancy.MunicipalityKey(
                        db_index=False,
                        default=apps.core.scope.current_municipality_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "org_unit",
                    apps.core.tenancy.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.orgunit",
                        verbose_name="Department",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "user", "org_unit"), name="approver_once", nulls_distinct=False
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Progress",
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
                    "municipality",
                    apps.core.tenancy.MunicipalityKey(
                        db_index=False,
                        default=apps.core.scope.current_municipality_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "module",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.module",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.moduleedition",
                    ),
                ),
                ("done", models.JSONField(default=dict)),
                ("quizzes", models.JSONField(default=dict)),
                ("last_unit", models.SlugField(blank=True, max_length=60)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-updated_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("municipality", "user", "module"), name="progress_once")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Completion",
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
                    "municipality",
                    apps.core.tenancy.MunicipalityKey(
                        db_index=False,
                        default=apps.core.scope.current_municipality_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "module",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.module",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.moduleedition",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.session",
                    ),
                ),
                ("completed_on", models.DateField()),
                ("expires_on", models.DateField(blank=True, null=True)),
                ("minutes", models.PositiveIntegerField()),
                (
                    "score",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, validators=[django.core.validators.MaxValueValidator(100)]
                    ),
                ),
            ],
            options={
                "ordering": ["-completed_on"],
                "indexes": [models.Index(fields=["municipality", "module", "user"], name="completion_of_module")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "user", "module", "completed_on"), name="completion_once_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_on", None), ("expires_on__gt", models.F("completed_on")), _connector="OR"
                        ),
                        name="completion_expires_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score", None), ("score__lte", 100), _connector="OR"),
                        name="completion_score_is_percent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MandatoryTraining",
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
                    "municipality",
                    apps.core.tenancy.MunicipalityKey(
                        db_index=False,
                        default=apps.core.scope.current_municipality_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
                (
                    "module",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.module",
                    ),
                ),
                (
                    "org_unit",
                    apps.core.tenancy.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.orgunit",
                        verbose_name="Department",
                    ),
                ),
                (
                    "within_months",
                    models.PositiveSmallIntegerField(default=6, verbose_name="To be taken within (months)"),
                ),
                (
                    "repeat_months",
                    models.PositiveSmallIntegerField(default=0, verbose_name="To be repeated after (months)"),
                ),
                ("decided_on", models.DateField(verbose_name="Decided on")),
                ("reference", models.CharField(max_length=160, verbose_name="Reference")),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
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
                "ordering": ["created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("municipality", "module", "org_unit"),
                        name="mandatory_training_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("repeat_months__range", (0, 120)),
                            ("within_months__range", (1, 60)),
                            models.Q(("reference", ""), _negated=True),
                        ),
                        name="mandatory_training_is_whole",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Certificate",
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
                    "municipality",
                    apps.core.tenancy.MunicipalityKey(
                        db_index=False,
                        default=apps.core.scope.current_municipality_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("source", models.UUIDField()),
                ("number", models.CharField(max_length=40)),
                ("fields", models.JSONField()),
                ("signature", models.CharField(max_length=120)),
                ("key_id", models.CharField(max_length=16)),
                ("language", models.CharField(default="de", max_length=2)),
                ("pdf", models.BinaryField()),
            ],
            options={
                "ordering": ["-created_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("municipality", "user", "source"), name="certificate_once")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="CertificateSeal",
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
                ("lookup", models.CharField(max_length=64, unique=True)),
                ("sealed", models.TextField()),
                ("origin", models.CharField(max_length=64, unique=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "abstract": False,
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Overlay",
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
                    "municipality",
                    apps.core.tenancy.MunicipalityKey(
                        db_index=False,
                        default=apps.core.scope.current_municipality_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
                (
                    "module",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.module",
                    ),
                ),
                ("unit_key", models.SlugField(blank=True, max_length=60)),
                ("title", models.CharField(max_length=160, verbose_name="Heading")),
                ("text", models.TextField(max_length=8000, verbose_name="Text")),
                ("seen", models.CharField(max_length=64)),
                (
                    "seen_edition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.moduleedition",
                    ),
                ),
                (
                    "edited_by",
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
                "ordering": ["module", "unit_key"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "module", "unit_key"), name="overlay_once_per_unit"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), models.Q(("text", ""), _negated=True)
                        ),
                        name="overlay_says_something",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Package",
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
                    "municipality",
                    apps.core.tenancy.MunicipalityKey(
                        db_index=False,
                        default=apps.core.scope.current_municipality_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.moduleedition",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("scorm12", "SCORM 1.2"),
                            ("scorm2004", "SCORM 2004, 4th edition"),
                            ("web", "Web pages, offline"),
                            ("print", "Print (PDF)"),
                        ],
                        default="scorm12",
                        max_length=9,
                        verbose_name="Format",
                    ),
                ),
                ("language", models.CharField(default="de", max_length=2, verbose_name="Language")),
                ("with_overlay", models.BooleanField(default=False, verbose_name="With our additions")),
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
                        fields=("municipality", "edition", "kind", "language", "with_overlay"),
                        name="package_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("progress__lte", 100), ("attempts__lte", 5)), name="package_in_bounds"
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
                        name="package_state_is_whole",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.AddField(
            model_name="module",
            name="offered",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="training.moduleedition",
            ),
        ),
    ]
