"""Questions for a file and for an image."""

from django.db import migrations, models

KINDS = [
    ("text", "Text"),
    ("note", "Note"),
    ("integer", "Whole number"),
    ("decimal", "Number"),
    ("date", "Date"),
    ("time", "Time"),
    ("dateTime", "Date and time"),
    ("range", "Number on a scale"),
    ("acknowledge", "Acknowledgement"),
    ("select_one", "One choice"),
    ("select_multiple", "Several choices"),
    ("calculate", "Calculation"),
    ("hidden", "Hidden value"),
    ("file", "File"),
    ("image", "Image"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("instruments", "0005_paper_copy"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="item",
            name="item_kind_is_known",
        ),
        migrations.AlterField(
            model_name="item",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", tuple(kind for kind, _label in KINDS))), name="item_kind_is_known"
            ),
        ),
    ]
