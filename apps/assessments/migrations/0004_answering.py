import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import apps.core.keys
import apps.core.scope
import apps.core.tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0003_needs_table"),
        ("files", "0001_initial"),
        ("instruments", "0004_concordance"),
        ("municipalities", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="signature",
            name="signature_by_account_or_by_reference",
        ),
        migrations.RemoveConstraint(
            model_name="wave",
            name="wave_once_per_label_and_profile",
        ),
        migrations.AddField(
            model_name="answer",
            name="file",
            field=apps.core.tenancy.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="files.storedfile",
            ),
        ),
        migrations.AddField(
            model_name="answer",
            name="org_unit",
            field=apps.core.tenancy.TenantForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="municipalities.orgunit",
            ),
        ),
        migrations.AddField(
            model_name="answer",
            name="unchanged_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="assessment",
            name="extended_to",
            field=models.DateField(blank=True, null=True, verbose_name="Extended to"),
        ),
        migrations.AddField(
            model_name="delegation",
            name="items",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=100), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="signature",
            name="document",
            field=apps.core.tenancy.TenantForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="files.storedfile",
            ),
        ),
        migrations.AddField(
            model_name="signature",
            name="recorded_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="wave",
            name="site",
            field=models.URLField(blank=True),
        ),
        migrations.AddField(
            model_name="wave",
            name="then_test",
            field=models.BooleanField(
                default=False,
                help_text="Asks how the answers of the wave before would be given in hindsight.",
                verbose_name="Then-test",
            ),
        ),
        migrations.AddField(
            model_name="wave",
            name="topic",
            field=models.CharField(
                blank=True,
                help_text="Only for a wave with a module of its own, for example housing.",
                max_length=60,
                verbose_name="Module",
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("account__isnull", False),
                        ("document", None),
                        ("kind", "account"),
                        ("recorded_by", None),
                        ("reference", ""),
                    ),
                    models.Q(
                        ("account", None),
                        ("document__isnull", False),
                        ("kind", "document"),
                        ("recorded_by__isnull", False),
                        models.Q(("reference", ""), _negated=True),
                    ),
                    models.Q(
                        ("account", None),
                        ("kind", "decision"),
                        ("recorded_by__isnull", False),
                        models.Q(("reference", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="signature_by_account_or_by_reference",
            ),
        ),
        migrations.AddConstraint(
            model_name="wave",
            constraint=models.UniqueConstraint(
                fields=("label", "profile", "topic"),
                name="wave_once_per_label_profile_and_topic",
                violation_error_message="There is a wave with this label, profile and module already.",
            ),
        ),
        migrations.CreateModel(
            name="Evidence",
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
                ("title", models.CharField(max_length=200, verbose_name="Title")),
                ("dated_on", models.DateField(verbose_name="Date of the document")),
                (
                    "document",
                    apps.core.tenancy.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                ("url", models.URLField(blank=True, max_length=500, verbose_name="Address")),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "delegation",
                    apps.core.tenancy.TenantForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="assessments.delegation",
                    ),
                ),
            ],
            options={
                "ordering": ["title", "-dated_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("document__isnull", False), ("url", "")),
                                models.Q(("document", None), models.Q(("url", ""), _negated=True)),
                                _connector="OR",
                            ),
                            models.Q(("title", ""), _negated=True),
                        ),
                        name="evidence_is_a_document_or_an_address",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EvidenceUse",
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
                    "assessment",
                    apps.core.tenancy.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="instruments.item"
                    ),
                ),
                (
                    "evidence",
                    apps.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="uses", to="assessments.evidence"
                    ),
                ),
                ("page", models.CharField(blank=True, max_length=60, verbose_name="Page or section")),
            ],
            options={
                "ordering": ["created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "assessment", "item", "evidence"), name="evidence_used_once_per_item"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DepartmentAnswer",
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
                    "assessment",
                    apps.core.tenancy.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="instruments.item"
                    ),
                ),
                (
                    "delegation",
                    apps.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="assessments.delegation"
                    ),
                ),
                ("value", models.TextField(blank=True)),
                (
                    "done_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("amt", "The joint administration (Amt)"),
                            ("kreis", "The district (Kreis)"),
                            ("verband", "An association (Verband)"),
                            ("other", "Another body"),
                        ],
                        max_length=7,
                    ),
                ),
                ("note", models.TextField(blank=True, max_length=5000, verbose_name="Note")),
                ("evidence", models.TextField(blank=True, max_length=2000, verbose_name="Evidence")),
                ("revision", models.PositiveIntegerField(default=1)),
                ("answered_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["answered_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "assessment", "item", "delegation"), name="department_answer_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_by", ""),
                            models.Q(("done_by__in", ["amt", "kreis", "verband", "other"]), ("value", "done_for_us")),
                            _connector="OR",
                        ),
                        name="department_answer_done_by_only_where_done_for_us",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("revision__gte", 1)), name="department_answer_revision_counts_from_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
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
                    "assessment",
                    apps.core.tenancy.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="instruments.item"
                    ),
                ),
                ("value", models.TextField()),
                ("reason", models.TextField(max_length=2000, verbose_name="Reason")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("superseded_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)),
                        fields=("municipality", "assessment", "item"),
                        name="decision_one_stands",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True), models.Q(("value", ""), _negated=True)
                        ),
                        name="decision_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnswerRevision",
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
                    "assessment",
                    apps.core.tenancy.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="instruments.item"
                    ),
                ),
                ("revision", models.PositiveIntegerField()),
                ("value", models.TextField(blank=True)),
                ("done_by", models.CharField(blank=True, max_length=7)),
                ("note", models.TextField(blank=True)),
                ("evidence", models.TextField(blank=True)),
                (
                    "org_unit",
                    apps.core.tenancy.TenantForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="municipalities.orgunit",
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("by_link", models.BooleanField(default=False)),
                ("answered_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["revision"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "assessment", "item", "revision"), name="answer_revision_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Remark",
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
                    "assessment",
                    apps.core.tenancy.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="remarks",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="instruments.item"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("comment", "Comment"),
                            ("question", "Question to the project team"),
                            ("feedback", "Feedback of the project team"),
                            ("reply", "Reply"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("municipality", "Municipality"), ("project", "Project team")], max_length=12
                    ),
                ),
                (
                    "thread",
                    apps.core.tenancy.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replies",
                        to="assessments.remark",
                    ),
                ),
                ("text", models.TextField(max_length=3000, verbose_name="Text")),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["created_at"],
                "indexes": [
                    models.Index(fields=["municipality", "assessment", "item"], name="remark_of_item"),
                    models.Index(
                        condition=models.Q(("kind", "question"), ("settled_at", None)),
                        fields=["created_at"],
                        name="remark_open_question",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "reply"), ("settled_at", None), ("thread__isnull", False)),
                            models.Q(("thread", None), models.Q(("kind", "reply"), _negated=True)),
                            _connector="OR",
                        ),
                        name="remark_reply_belongs_to_a_thread",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["comment", "question"]), ("side", "municipality")),
                            models.Q(("kind", "feedback"), ("side", "project")),
                            ("kind", "reply"),
                            _connector="OR",
                        ),
                        name="remark_kind_fits_its_side",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="remark_says_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ThenRating",
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
                    "assessment",
                    apps.core.tenancy.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="then_ratings",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="instruments.item"
                    ),
                ),
                (
                    "earlier",
                    apps.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="then_ratings",
                        to="assessments.answer",
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("is_unknown", models.BooleanField(default=False)),
                ("note", models.TextField(blank=True, max_length=2000)),
                ("rated_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["rated_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "assessment", "item"), name="then_rating_once_per_item"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_unknown", False), ("level__isnull", False), ("level__lte", 4)),
                            models.Q(("is_unknown", True), ("level", None)),
                            _connector="OR",
                        ),
                        name="then_rating_is_a_level_or_unknown",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutsideReading",
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
                    "assessment",
                    apps.core.tenancy.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outside_readings",
                        to="assessments.assessment",
                    ),
                ),
                ("place", models.PositiveSmallIntegerField()),
                ("organisation", models.CharField(max_length=200, verbose_name="Organisation")),
                ("contact", models.CharField(max_length=160, verbose_name="Contact person")),
                ("email", models.EmailField(max_length=254, verbose_name="E-mail address")),
                ("note", models.TextField(blank=True, max_length=2000, verbose_name="Note")),
                ("due_on", models.DateField(verbose_name="Due on")),
                ("token_hash", models.CharField(max_length=64)),
                ("expires_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("invited", "invited"), ("submitted", "handed in"), ("withdrawn", "withdrawn")],
                        default="invited",
                        max_length=9,
                        verbose_name="State",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["assessment_id", "place"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "withdrawn"), _negated=True),
                        fields=("municipality", "assessment", "place"),
                        name="outside_reading_one_per_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("place__gte", 1), ("place__lte", 5)), name="outside_reading_a_handful"
                    ),
                    models.UniqueConstraint(
                        fields=("municipality", "token_hash"), name="outside_reading_token_is_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                        name="outside_reading_email_is_lower_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "invited"), ("submitted_at", None), ("withdrawn_at", None)),
                            models.Q(("state", "submitted"), ("submitted_at__isnull", False), ("withdrawn_at", None)),
                            models.Q(("state", "withdrawn"), ("withdrawn_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="outside_reading_state_has_its_times",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutsideAnswer",
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
                    "reading",
                    apps.core.tenancy.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="assessments.outsidereading",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="instruments.item"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "special",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unknown", "We do not know"),
                            ("refused", "No answer"),
                            ("not_competent", "Not within our competence"),
                            ("done_for_us", "Done for us by others"),
                        ],
                        max_length=13,
                    ),
                ),
                ("note", models.TextField(blank=True, max_length=2000, verbose_name="Note")),
                ("answered_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["reading_id", "item_id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "reading", "item"), name="outside_answer_once_per_item"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("level__isnull", False), ("level__lte", 4), ("special", "")),
                            ("level", None),
                            _connector="OR",
                        ),
                        name="outside_answer_is_a_level_or_special",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("special", ""),
                            ("special__in", ["unknown", "refused", "not_competent", "done_for_us"]),
                            _connector="OR",
                        ),
                        name="outside_answer_special_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Routine",
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
                ("name", models.CharField(max_length=200, verbose_name="Name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("form", "Form"),
                            ("letter", "Letter or template"),
                            ("discretion", "Discretionary decision"),
                            ("service_path", "Service path"),
                        ],
                        max_length=12,
                        verbose_name="Kind",
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
                    ),
                ),
                ("description", models.TextField(blank=True, max_length=3000, verbose_name="What it is about")),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("municipality", "name"), name="routine_name_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["form", "letter", "discretion", "service_path"]),
                            models.Q(("name", ""), _negated=True),
                        ),
                        name="routine_is_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoutineCheck",
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
                    "routine",
                    apps.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="checks", to="assessments.routine"
                    ),
                ),
                (
                    "instrument_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="instruments.instrumentversion",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("in_progress", "in progress"), ("completed", "completed")],
                        default="in_progress",
                        max_length=11,
                        verbose_name="State",
                    ),
                ),
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
                ("completed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "in_progress")),
                        fields=("municipality", "routine"),
                        name="routine_check_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("completed_at", None), ("state", "in_progress")),
                            models.Q(("completed_at__isnull", False), ("state", "completed")),
                            _connector="OR",
                        ),
                        name="routine_check_state_has_its_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoutineAnswer",
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
                    "check_of",
                    apps.core.tenancy.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="assessments.routinecheck",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="instruments.item"
                    ),
                ),
                ("value", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["check_of_id", "item_id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "check_of", "item"), name="routine_answer_once_per_item"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RoutineExample",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("form", "Form"),
                            ("letter", "Letter or template"),
                            ("discretion", "Discretionary decision"),
                            ("service_path", "Service path"),
                        ],
                        max_length=12,
                        verbose_name="Kind",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="Title")),
                ("found", models.TextField(max_length=3000, verbose_name="What was found")),
                ("changed", models.TextField(blank=True, max_length=3000, verbose_name="What was changed")),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "proposed"), ("published", "published"), ("declined", "not published")],
                        default="proposed",
                        max_length=9,
                        verbose_name="State",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decline_reason", models.TextField(blank=True, max_length=3000, verbose_name="Reason")),
            ],
            options={
                "ordering": ["kind", "title"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decline_reason", ""), ("state", "proposed")),
                            models.Q(("decided_at__isnull", False), ("decline_reason", ""), ("state", "published")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("state", "declined"),
                                models.Q(("decline_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="routine_example_decided_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["form", "letter", "discretion", "service_path"]),
                            models.Q(("title", ""), _negated=True),
                            models.Q(("found", ""), _negated=True),
                        ),
                        name="routine_example_is_told",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoutineRelease",
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
                    "check_of",
                    apps.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="releases",
                        to="assessments.routinecheck",
                    ),
                ),
                (
                    "example",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="assessments.routineexample"
                    ),
                ),
                (
                    "released_by",
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
                "ordering": ["-created_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("municipality", "check_of"), name="routine_released_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Need",
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
                    "assessment",
                    apps.core.tenancy.TenantForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="needs",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "routine_check",
                    apps.core.tenancy.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="needs",
                        to="assessments.routinecheck",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="instruments.item"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("gap", "Gap"), ("data", "Missing knowledge"), ("routine", "Routine")], max_length=7
                    ),
                ),
                ("dimension", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("level", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("target", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("weight", models.PositiveSmallIntegerField(default=1)),
                (
                    "priority",
                    models.CharField(
                        blank=True,
                        choices=[("high", "high"), ("medium", "medium"), ("low", "low"), ("not_now", "not now")],
                        max_length=7,
                        verbose_name="Priority",
                    ),
                ),
                ("priority_reason", models.TextField(blank=True, max_length=2000, verbose_name="Reason")),
                (
                    "prioritised_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("prioritised_at", models.DateTimeField(blank=True, null=True)),
                ("lapsed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["dimension", "created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("assessment__isnull", False)),
                        fields=("municipality", "assessment", "item"),
                        name="need_once_per_item_of_an_assessment",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("routine_check__isnull", False)),
                        fields=("municipality", "routine_check", "item"),
                        name="need_once_per_item_of_a_routine_check",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("assessment__isnull", False),
                                ("kind", "gap"),
                                ("level__lt", models.F("target")),
                                ("routine_check", None),
                            ),
                            models.Q(
                                ("assessment__isnull", False),
                                ("kind", "data"),
                                ("level", None),
                                ("routine_check", None),
                                ("target__isnull", False),
                            ),
                            models.Q(
                                ("assessment", None),
                                ("kind", "routine"),
                                ("level", None),
                                ("routine_check__isnull", False),
                                ("target", None),
                            ),
                            _connector="OR",
                        ),
                        name="need_kind_fits_its_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("prioritised_at", None), ("priority", ""), ("priority_reason", "")),
                            models.Q(
                                ("prioritised_at__isnull", False),
                                models.Q(("priority", ""), _negated=True),
                                models.Q(("priority_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="need_priority_has_a_reason",
                    ),
                ],
            },
        ),
    ]
