"""What Django's own migrations cannot say: partitions, the audit chain, the search words."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "ground"


def read(name: str) -> str:
    return (SQL / name).read_text()


class Migration(migrations.Migration):
    dependencies = [("rounds", "0001_initial")]

    operations = [
        migrations.RunSQL(read("events.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(read("audit.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(read("search.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(read("sight.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(read("written.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(read("holds.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(read("retention.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(read("erase.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(read("merged.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(read("keys.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(read("outward.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(read("notices.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(read("routing.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(read("imports.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(read("pocs.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(read("numbers.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(read("forecasts.sql"), migrations.RunSQL.noop),
    ]
