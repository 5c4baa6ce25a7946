import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.core.keys
import apps.core.scope
import apps.core.tenancy


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("assessments", "0005_answer_history"),
        ("files", "0001_initial"),
        ("municipalities", "0001_initial"),
        ("recommendations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SelfCommitment",
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
                ("title", models.CharField(max_length=160, verbose_name="Title")),
                ("text", models.TextField(max_length=20000, verbose_name="Text")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("in_force", "in force"), ("ended", "ended")],
                        default="draft",
                        max_length=8,
                    ),
                ),
                (
                    "decided_by",
                    models.CharField(
                        blank=True,
                        choices=[("council", "Council"), ("leadership", "Leadership of the administration")],
                        max_length=10,
                        verbose_name="Decided by",
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=120, verbose_name="Reference of the decision")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="Date of the decision")),
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
                ("signatory_name", models.CharField(blank=True, max_length=120, verbose_name="Signed by")),
                ("signatory_function", models.CharField(blank=True, max_length=120, verbose_name="Function")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="Valid from")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="Valid until")),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="To be reviewed on")),
                ("is_public", models.BooleanField(default=False, verbose_name="On a public page")),
                (
                    "follows",
                    apps.core.tenancy.TenantForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="commitments.selfcommitment",
                    ),
                ),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("ended_because", models.TextField(blank=True, max_length=2000, verbose_name="Reason")),
                (
                    "written_by",
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
                    models.UniqueConstraint(
                        condition=models.Q(("state", "in_force")),
                        fields=("municipality",),
                        name="self_commitment_one_in_force",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_public", False), ("state", "draft")),
                            models.Q(
                                ("decided_on__isnull", False),
                                ("state__in", ["in_force", "ended"]),
                                ("valid_from__isnull", False),
                                models.Q(("decided_by", ""), _negated=True),
                                models.Q(("reference", ""), _negated=True),
                                models.Q(("signatory_name", ""), _negated=True),
                                models.Q(("signatory_function", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="self_commitment_in_force_is_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(models.Q(("state", "ended"), _negated=True), ("ended_on", None)),
                            models.Q(
                                ("ended_on__isnull", False),
                                ("state", "ended"),
                                models.Q(("ended_because", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="self_commitment_ended_with_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until", None),
                            ("valid_from", None),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="self_commitment_valid_in_order",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Adoption",
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
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="recommendations.recommendationversion",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("considered", "being considered"),
                            ("adopted", "adopted"),
                            ("planned", "planned"),
                            ("in_progress", "in progress"),
                            ("implemented", "implemented"),
                            ("verified", "effect verified"),
                            ("not_adopted", "not adopted"),
                            ("lapsed", "lapsed"),
                        ],
                        default="considered",
                        max_length=12,
                    ),
                ),
                ("state_since", models.DateTimeField()),
                (
                    "decision_reference",
                    models.CharField(blank=True, max_length=120, verbose_name="Reference of the decision"),
                ),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="Date of the decision")),
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
                ("signatory_name", models.CharField(blank=True, max_length=120, verbose_name="Signed by")),
                ("signatory_function", models.CharField(blank=True, max_length=120, verbose_name="Function")),
                (
                    "reason_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("already_done", "Already in place"),
                            ("not_competent", "Not within our competence"),
                            ("no_staff", "No staff for it"),
                            ("no_money", "No money for it"),
                            ("law", "Legal objections"),
                            ("no_majority", "No majority"),
                            ("does_not_fit", "Does not fit our administration"),
                            ("other", "Another reason"),
                        ],
                        max_length=13,
                        verbose_name="Reason",
                    ),
                ),
                ("reason", models.TextField(blank=True, max_length=2000, verbose_name="Reasons")),
                ("verified_on", models.DateField(blank=True, null=True, verbose_name="Effect verified on")),
                ("verified_note", models.TextField(blank=True, max_length=2000, verbose_name="What shows the effect")),
                (
                    "follows",
                    apps.core.tenancy.TenantForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="commitments.adoption",
                    ),
                ),
                (
                    "kept_despite",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="recommendations.recommendationversion",
                    ),
                ),
                ("kept_because", models.TextField(blank=True, max_length=2000, verbose_name="Reason")),
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
                "ordering": ["-state_since"],
                "constraints": [
                    models.UniqueConstraint(fields=("municipality", "version"), name="adoption_once_per_version"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "considered",
                                    "adopted",
                                    "planned",
                                    "in_progress",
                                    "implemented",
                                    "verified",
                                    "not_adopted",
                                    "lapsed",
                                ],
                            )
                        ),
                        name="adoption_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["adopted", "implemented", "in_progress", "planned", "verified"]),
                                _negated=True,
                            ),
                            models.Q(
                                ("decided_on__isnull", False),
                                models.Q(("decision_reference", ""), _negated=True),
                                models.Q(("signatory_name", ""), _negated=True),
                                models.Q(("signatory_function", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="adoption_rests_on_a_decision",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["lapsed", "not_adopted"]), _negated=True),
                            models.Q(
                                models.Q(("reason", ""), _negated=True), models.Q(("reason_kind", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="adoption_ends_with_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "verified"), _negated=True),
                            models.Q(("verified_on__isnull", False), models.Q(("verified_note", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="adoption_verified_says_by_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kept_because", ""), ("kept_despite", None)),
                            models.Q(
                                ("kept_despite__isnull", False),
                                models.Q(("kept_because", ""), _negated=True),
                                models.Q(("kept_despite", models.F("version")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="adoption_kept_with_a_reason",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="AdoptionChange",
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
                    "adoption",
                    apps.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="commitments.adoption"
                    ),
                ),
                (
                    "from_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("considered", "being considered"),
                            ("adopted", "adopted"),
                            ("planned", "planned"),
                            ("in_progress", "in progress"),
                            ("implemented", "implemented"),
                            ("verified", "effect verified"),
                            ("not_adopted", "not adopted"),
                            ("lapsed", "lapsed"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("considered", "being considered"),
                            ("adopted", "adopted"),
                            ("planned", "planned"),
                            ("in_progress", "in progress"),
                            ("implemented", "implemented"),
                            ("verified", "effect verified"),
                            ("not_adopted", "not adopted"),
                            ("lapsed", "lapsed"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.TextField(blank=True, max_length=2000)),
                (
                    "actor",
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
                "ordering": ["created_at"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="AdoptionNeed",
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
                    "adoption",
                    apps.core.tenancy.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="needs",
                        to="commitments.adoption",
                    ),
                ),
                (
                    "need",
                    apps.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="assessments.need"
                    ),
                ),
                ("because", models.CharField(max_length=300)),
            ],
            options={
                "ordering": ["created_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("municipality", "adoption", "need"), name="adoption_need_once")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Measure",
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
                ("number", models.PositiveIntegerField()),
                (
                    "adoption",
                    apps.core.tenancy.TenantForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures",
                        to="commitments.adoption",
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="Title")),
                ("description", models.TextField(blank=True, max_length=4000, verbose_name="Description")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("in_progress", "in progress"),
                            ("waiting", "waiting"),
                            ("done", "done"),
                            ("dropped", "given up"),
                        ],
                        default="planned",
                        max_length=11,
                        verbose_name="State",
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
                        verbose_name="Responsible department",
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Responsible person",
                    ),
                ),
                (
                    "deputy",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Deputy",
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="Begins")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="Deadline")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="Done on")),
                (
                    "budget",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="Budget in euros"
                    ),
                ),
                (
                    "budget_note",
                    models.CharField(blank=True, max_length=200, verbose_name="Where the money comes from"),
                ),
                ("indicator", models.CharField(blank=True, max_length=200, verbose_name="Indicator")),
                (
                    "indicator_definition",
                    models.TextField(blank=True, max_length=1000, verbose_name="How it is measured"),
                ),
                ("unit_of_value", models.CharField(blank=True, max_length=40, verbose_name="Unit")),
                (
                    "baseline",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=14, null=True, verbose_name="Starting value"
                    ),
                ),
                ("baseline_on", models.DateField(blank=True, null=True, verbose_name="Measured on")),
                (
                    "target",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=14, null=True, verbose_name="Target value"
                    ),
                ),
                ("reason", models.TextField(blank=True, max_length=2000, verbose_name="Reason")),
                ("copied_from", models.CharField(blank=True, max_length=240)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("request_key", models.UUIDField(default=apps.core.keys.uuid7)),
            ],
            options={
                "ordering": ["due_on", "number"],
                "indexes": [
                    models.Index(fields=["municipality", "state", "due_on"], name="measure_board"),
                    models.Index(fields=["municipality", "adoption"], name="measure_of_adoption"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("municipality", "number"), name="measure_number_once"),
                    models.UniqueConstraint(fields=("municipality", "request_key"), name="measure_once_per_request"),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="measure_has_a_title"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["planned", "in_progress", "waiting", "done", "dropped"])),
                        name="measure_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_on__isnull", False), ("state", "done")),
                            models.Q(models.Q(("state", "done"), _negated=True), ("done_on", None)),
                            _connector="OR",
                        ),
                        name="measure_done_has_a_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), ("state", "dropped"), _negated=True),
                        name="measure_dropped_with_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), ("state", "waiting"), _negated=True),
                        name="measure_waiting_with_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_on", None),
                            ("starts_on", None),
                            ("due_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="measure_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("budget", None), ("budget__gte", 0), _connector="OR"),
                        name="measure_budget_is_no_debt",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("baseline", None), ("baseline_on__isnull", False), _connector="OR"),
                        name="measure_baseline_has_a_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("baseline", None), ("target", None)),
                            models.Q(("indicator", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="measure_values_have_an_indicator",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MeasureNeed",
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
                    "measure",
                    apps.core.tenancy.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="needs",
                        to="commitments.measure",
                    ),
                ),
                (
                    "need",
                    apps.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="assessments.need"
                    ),
                ),
            ],
            options={
                "ordering": ["created_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("municipality", "measure", "need"), name="measure_need_once")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="MeasureDependency",
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
                    "measure",
                    apps.core.tenancy.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waits_for",
                        to="commitments.measure",
                    ),
                ),
                (
                    "after",
                    apps.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="before", to="commitments.measure"
                    ),
                ),
            ],
            options={
                "ordering": ["created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "measure", "after"), name="measure_dependency_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("measure", models.F("after")), _negated=True),
                        name="measure_does_not_wait_for_itself",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="IndicatorValue",
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
                    "measure",
                    apps.core.tenancy.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="values",
                        to="commitments.measure",
                    ),
                ),
                ("measured_on", models.DateField(verbose_name="Measured on")),
                ("value", models.DecimalField(decimal_places=3, max_digits=14, verbose_name="Value")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="Note")),
                (
                    "recorded_by",
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
                "ordering": ["measured_on"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "measure", "measured_on"), name="indicator_value_once_a_day"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="MeasureEvidence",
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
                    "measure",
                    apps.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="evidence", to="commitments.measure"
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
            ],
            options={
                "ordering": ["-dated_on", "title"],
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
                        name="measure_evidence_is_a_document_or_an_address",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="MeasureComment",
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
                    "measure",
                    apps.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="comments", to="commitments.measure"
                    ),
                ),
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
                ("text", models.TextField(max_length=3000, verbose_name="Comment")),
            ],
            options={
                "ordering": ["created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="measure_comment_says_something"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="CalendarToken",
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
                ("token_hash", models.CharField(max_length=64)),
                ("only_mine", models.BooleanField(default=False, verbose_name="Only measures I am responsible for")),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("municipality", "token_hash"), name="calendar_token_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)),
                        fields=("municipality", "user"),
                        name="calendar_one_per_person",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Pilot",
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
                ("subject_kind", models.CharField(max_length=20)),
                ("subject_id", models.UUIDField()),
                ("subject_title", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("running", "running"),
                            ("evaluated", "evaluated"),
                            ("called_off", "called off"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("plan", models.TextField(blank=True, max_length=6000, verbose_name="Plan")),
                (
                    "org_unit",
                    apps.core.tenancy.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.orgunit",
                        verbose_name="Where it is tried out",
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="Begins")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="Ends")),
                ("indicator", models.CharField(blank=True, max_length=200, verbose_name="Indicator")),
                ("unit_of_value", models.CharField(blank=True, max_length=40, verbose_name="Unit")),
                (
                    "baseline",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=14, null=True, verbose_name="Starting value"
                    ),
                ),
                (
                    "target",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=14, null=True, verbose_name="Target value"
                    ),
                ),
                (
                    "result",
                    models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True, verbose_name="Result"),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("works", "works"),
                            ("works_changed", "works with changes"),
                            ("does_not_work", "does not work"),
                        ],
                        max_length=13,
                        verbose_name="Verdict",
                    ),
                ),
                ("verdict_reason", models.TextField(blank=True, max_length=4000, verbose_name="Reasons")),
                ("changes_wanted", models.TextField(blank=True, max_length=4000, verbose_name="What should change")),
                ("evaluated_at", models.DateTimeField(blank=True, null=True)),
                ("called_off_because", models.TextField(blank=True, max_length=2000, verbose_name="Reason")),
                (
                    "planned_by",
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
                "indexes": [models.Index(fields=["subject_kind", "subject_id"], name="pilot_of_subject")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["planned", "running"])),
                        fields=("municipality", "subject_kind", "subject_id"),
                        name="pilot_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["running", "evaluated"]), _negated=True),
                            models.Q(
                                ("starts_on__isnull", False),
                                models.Q(("plan", ""), _negated=True),
                                models.Q(("indicator", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="pilot_runs_by_a_plan",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ends_on__isnull", False),
                                ("evaluated_at__isnull", False),
                                ("state", "evaluated"),
                                models.Q(("verdict", ""), _negated=True),
                                models.Q(("verdict_reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "evaluated"), _negated=True), ("evaluated_at", None), ("verdict", "")
                            ),
                            _connector="OR",
                        ),
                        name="pilot_evaluated_has_a_verdict",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("called_off_because", ""), ("state", "called_off"), _negated=True),
                        name="pilot_called_off_with_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            ("starts_on", None),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="pilot_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PilotEntry",
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
                    "pilot",
                    apps.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="log", to="commitments.pilot"
                    ),
                ),
                ("noted_on", models.DateField(verbose_name="Date")),
                (
                    "kind",
                    models.CharField(
                        choices=[("experience", "Experience"), ("obstacle", "Obstacle"), ("change", "Change of plan")],
                        max_length=10,
                        verbose_name="Kind",
                    ),
                ),
                ("text", models.TextField(max_length=3000, verbose_name="Entry")),
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
            ],
            options={
                "ordering": ["noted_on", "created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="pilot_entry_says_something"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="TenPointReport",
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
                ("period_from", models.DateField(verbose_name="From")),
                ("period_to", models.DateField(verbose_name="To")),
                (
                    "drafted_by",
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
                "ordering": ["-period_to"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "period_from", "period_to"), name="ten_point_report_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("period_to__gt", models.F("period_from"))), name="ten_point_period_in_order"
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="TenPointSection",
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
                    "report",
                    apps.core.tenancy.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sections",
                        to="commitments.tenpointreport",
                    ),
                ),
                ("point", models.PositiveSmallIntegerField()),
                ("text", models.TextField(blank=True, max_length=10000, verbose_name="Text")),
                ("edited_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["point"],
                "constraints": [
                    models.UniqueConstraint(fields=("municipality", "report", "point"), name="ten_point_section_once"),
                    models.CheckConstraint(condition=models.Q(("point__range", (1, 10))), name="ten_points_are_ten"),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ReasonDigest",
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
                        related_name="+",
                        to="recommendations.recommendation",
                    ),
                ),
                ("municipalities", models.PositiveIntegerField()),
                ("kinds", models.JSONField(default=list)),
                ("texts", models.JSONField(default=list)),
                (
                    "passed_on_by",
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
                        condition=models.Q(("municipalities__gte", 3)), name="reason_digest_of_several"
                    )
                ],
                "indexes": [],
            },
        ),
    ]
