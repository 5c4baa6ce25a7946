import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import apps.core.keys


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProgrammeRole",
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
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="programme_roles",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("panel_member", "Member of the expert panel"),
                            ("bench_member", "Member of a bench"),
                            ("trainer", "Trainer"),
                        ],
                        max_length=12,
                        verbose_name="Role",
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
                        verbose_name="Bench",
                    ),
                ),
                ("function", models.CharField(max_length=160, verbose_name="Function")),
                ("organisation", models.CharField(blank=True, max_length=160, verbose_name="Organisation")),
                ("is_named", models.BooleanField(default=False, verbose_name="May be named in public")),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["role", "bench", "user__last_name", "user__first_name"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("user", "role", "bench"),
                        name="programme_role_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("bench", ""), ("role__in", ["panel_member", "trainer"])),
                            models.Q(
                                ("bench__in", ["administration", "civil_society", "science"]), ("role", "bench_member")
                            ),
                            _connector="OR",
                        ),
                        name="programme_role_bench_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("function", ""), _negated=True), name="programme_role_has_a_function"
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ProgrammeInvitation",
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
                ("email", models.EmailField(max_length=254, verbose_name="E-mail address")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("panel_member", "Member of the expert panel"),
                            ("bench_member", "Member of a bench"),
                            ("trainer", "Trainer"),
                        ],
                        max_length=12,
                        verbose_name="Role",
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
                        verbose_name="Bench",
                    ),
                ),
                ("function", models.CharField(max_length=160, verbose_name="Function")),
                ("organisation", models.CharField(blank=True, max_length=160, verbose_name="Organisation")),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("expires_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("accepted", "accepted"), ("revoked", "withdrawn")],
                        default="open",
                        max_length=8,
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
                (
                    "accepted_as",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitation",
                        to="accounts.programmerole",
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("email", "role", "bench"),
                        name="programme_invitation_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                        name="programme_invitation_email_is_lower_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("bench", ""), ("role__in", ["panel_member", "trainer"])),
                            models.Q(
                                ("bench__in", ["administration", "civil_society", "science"]), ("role", "bench_member")
                            ),
                            _connector="OR",
                        ),
                        name="programme_invitation_bench_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_as", None), ("closed_at", None), ("state", "open")),
                            models.Q(
                                ("accepted_as__isnull", False), ("closed_at__isnull", False), ("state", "accepted")
                            ),
                            models.Q(("accepted_as", None), ("closed_at__isnull", False), ("state", "revoked")),
                            _connector="OR",
                        ),
                        name="programme_invitation_state_has_its_facts",
                    ),
                ],
                "indexes": [],
            },
        ),
    ]
