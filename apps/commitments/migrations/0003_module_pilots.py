"""Modules, too, become standard only with the pilots of two municipalities (see 0002 for recommendations)."""

from django.db import migrations

WRITE = """
CREATE FUNCTION commitments_check_module_pilots() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    -- Nested, because PL/pgSQL asks for the rights on every table a condition names: only these steps need them.
    IF NEW.state = 'piloting' THEN
        IF NOT EXISTS (
            SELECT FROM commitments_pilot p
            WHERE p.subject_kind = 'module' AND p.subject_id = NEW.id AND p.state IN ('running', 'evaluated')
        ) THEN
            RAISE EXCEPTION 'No municipality pilots it.' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF NEW.state IN ('pilot_evaluated', 'panel_final', 'standard') THEN
        IF (
            SELECT count(DISTINCT p.municipality_id) FROM commitments_pilot p
            WHERE p.subject_kind = 'module' AND p.subject_id = NEW.id AND p.state = 'evaluated'
                AND p.evaluated_at >= (
                    SELECT max(c.created_at) FROM training_modulestatechange c
                    WHERE c.version_id = NEW.id AND c.to_state = 'pilot_ready'
                )
        ) < 2 THEN
            RAISE EXCEPTION 'Fewer than two municipalities have evaluated a pilot.'
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER commitments_check_module_pilots BEFORE UPDATE OF state ON training_moduleversion
    FOR EACH ROW EXECUTE FUNCTION commitments_check_module_pilots();
"""

FORGET = """
DROP TRIGGER commitments_check_module_pilots ON training_moduleversion;
DROP FUNCTION commitments_check_module_pilots();
"""


class Migration(migrations.Migration):
    dependencies = [("commitments", "0002_invariants"), ("training", "0002_invariants")]

    operations = [migrations.RunSQL(WRITE, FORGET)]
