"""What is no longer a draft does not change: neither the version nor its sections, items and workbook.

The functions run with the rights of whoever writes; they need no more than reading the version's state.
"""

from django.db import migrations

VERSION = """
CREATE FUNCTION instruments_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'draft' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND (
        NEW.state = OLD.state OR (OLD.state = 'published' AND NEW.state = 'retired')
    ) AND ROW(
        NEW.id, NEW.created_at, NEW.instrument_id, NEW.version, NEW.title, NEW.languages, NEW.choice_lists,
        NEW.warnings, NEW.published_at
    ) IS NOT DISTINCT FROM ROW(
        OLD.id, OLD.created_at, OLD.instrument_id, OLD.version, OLD.title, OLD.languages, OLD.choice_lists,
        OLD.warnings, OLD.published_at
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'version % of a questionnaire is %: it cannot be changed', OLD.version, OLD.state
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER instruments_keep_version BEFORE UPDATE OR DELETE ON instruments_instrumentversion
    FOR EACH ROW EXECUTE FUNCTION instruments_keep_version();
"""

CONTENT = """
CREATE FUNCTION instruments_keep_content() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    state_of_version text;
BEGIN
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        SELECT state INTO state_of_version FROM instruments_instrumentversion WHERE id = OLD.version_id;
        IF state_of_version <> 'draft' THEN
            RAISE EXCEPTION 'the version of a questionnaire is %: its content cannot be changed', state_of_version
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    SELECT state INTO state_of_version FROM instruments_instrumentversion WHERE id = NEW.version_id;
    IF state_of_version <> 'draft' THEN
        RAISE EXCEPTION 'the version of a questionnaire is %: its content cannot be changed', state_of_version
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""

SAME_VERSION = """
CREATE FUNCTION instruments_item_in_its_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version_id <> (SELECT version_id FROM instruments_section WHERE id = NEW.section_id) THEN
        RAISE EXCEPTION 'item % lies in a section of another version', NEW.name
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER instruments_item_in_its_version BEFORE INSERT OR UPDATE ON instruments_item
    FOR EACH ROW EXECUTE FUNCTION instruments_item_in_its_version();
"""

TABLES = ("instruments_section", "instruments_item", "instruments_workbook")


def on_content(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER instruments_keep_content BEFORE INSERT OR UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION instruments_keep_content()",
        f"DROP TRIGGER instruments_keep_content ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("instruments", "0001_initial")]

    operations = [
        migrations.RunSQL(
            VERSION,
            "DROP TRIGGER instruments_keep_version ON instruments_instrumentversion; "
            "DROP FUNCTION instruments_keep_version()",
        ),
        migrations.RunSQL(CONTENT, "DROP FUNCTION instruments_keep_content()"),
        *[on_content(table) for table in TABLES],
        migrations.RunSQL(
            SAME_VERSION,
            "DROP TRIGGER instruments_item_in_its_version ON instruments_item; "
            "DROP FUNCTION instruments_item_in_its_version()",
        ),
    ]
