from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [
        migrations.AddField(
            "outgoingmail", "calendar", models.TextField(blank=True, default=""), preserve_default=False
        ),
        migrations.AddField("outgoingmail", "forget_recipient", models.BooleanField(default=False)),
        migrations.AlterField("outgoingmail", "to", models.EmailField(blank=True, max_length=254)),
        migrations.AddConstraint(
            "outgoingmail",
            models.UniqueConstraint(
                fields=["municipality", "kind", "dedupe_key"],
                condition=Q(forget_recipient=True) & ~Q(dedupe_key=""),
                nulls_distinct=False,
                name="mail_once_where_the_recipient_is_forgotten",
            ),
        ),
        migrations.AddConstraint(
            "outgoingmail",
            models.CheckConstraint(
                condition=~Q(to="") | Q(state__in=["sent", "failed"], forget_recipient=True),
                name="mail_has_a_recipient",
            ),
        ),
    ]
