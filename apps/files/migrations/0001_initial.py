import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.core.keys
import apps.core.scope
import apps.core.tenancy
import apps.files.storage


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("municipalities", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="StoredFile",
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
                "ordering": ["-created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sha256__regex", "^[0-9a-f]{64}$"),
                            ("size__gte", 1),
                            ("size__lte", 20971520),
                            models.Q(("name", ""), _negated=True),
                            models.Q(("file", ""), _negated=True),
                        ),
                        name="stored_file_is_whole",
                    )
                ],
            },
        ),
    ]
