"""What must hold whoever writes: steps of an adoption, the frozen commitment, and that nothing skips its pilots.

The steps are those of apps.commitments.states, the versions that can be adopted those of apps.reviews.lifecycle; tests
compare them. The guard on pilots runs with the rights of whoever moves the version: in the programme's scope it counts
all municipalities, elsewhere too few, and refuses.
"""

from django.db import migrations

WRITE = """
CREATE FUNCTION commitments_check_adoption() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'considered' THEN
            RAISE EXCEPTION 'An adoption begins by being considered.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.version_id <> OLD.version_id THEN
        RAISE EXCEPTION 'A new version asks for a new adoption.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state || ' ' || NEW.state) NOT IN (
        'considered adopted', 'considered not_adopted', 'not_adopted considered', 'adopted planned',
        'planned in_progress', 'in_progress implemented', 'implemented in_progress', 'implemented verified',
        'verified in_progress', 'considered lapsed', 'adopted lapsed', 'planned lapsed', 'in_progress lapsed',
        'implemented lapsed'
    ) THEN
        RAISE EXCEPTION 'No way leads from % to %.', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'considered' AND NEW.state = 'adopted' AND NOT EXISTS (
        SELECT FROM recommendations_recommendationversion v
        WHERE v.id = NEW.version_id
        AND v.state IN ('pilot_ready', 'piloting', 'pilot_evaluated', 'panel_final', 'standard')
    ) THEN
        RAISE EXCEPTION 'This version cannot be adopted.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER commitments_check_adoption BEFORE INSERT OR UPDATE ON commitments_adoption
    FOR EACH ROW EXECUTE FUNCTION commitments_check_adoption();

CREATE FUNCTION commitments_keep_commitment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND (
        TG_OP = 'DELETE'
        OR ROW(NEW.title, NEW.text, NEW.decided_by, NEW.reference, NEW.decided_on, NEW.signatory_name,
               NEW.signatory_function, NEW.valid_from)
           IS DISTINCT FROM
           ROW(OLD.title, OLD.text, OLD.decided_by, OLD.reference, OLD.decided_on, OLD.signatory_name,
               OLD.signatory_function, OLD.valid_from)
        OR NEW.state = 'draft' OR (OLD.state = 'ended' AND NEW.state <> 'ended')
    ) THEN
        RAISE EXCEPTION 'A commitment in force does not change.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER commitments_keep_commitment BEFORE UPDATE OR DELETE ON commitments_selfcommitment
    FOR EACH ROW EXECUTE FUNCTION commitments_keep_commitment();

CREATE FUNCTION commitments_check_dependency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        WITH RECURSIVE later(id) AS (
            SELECT NEW.after_id
            UNION
            SELECT d.after_id FROM commitments_measuredependency d JOIN later l ON d.measure_id = l.id
        )
        SELECT FROM later WHERE id = NEW.measure_id
    ) THEN
        RAISE EXCEPTION 'Measures cannot wait for each other.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER commitments_check_dependency BEFORE INSERT OR UPDATE ON commitments_measuredependency
    FOR EACH ROW EXECUTE FUNCTION commitments_check_dependency();

CREATE FUNCTION commitments_check_pilots() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    -- Nested, because PL/pgSQL asks for the rights on every table a condition names: only these steps need them.
    IF NEW.state = 'piloting' THEN
        IF NOT EXISTS (
            SELECT FROM commitments_pilot p
            WHERE p.subject_kind = 'recommendation' AND p.subject_id = NEW.id AND p.state IN ('running', 'evaluated')
        ) THEN
            RAISE EXCEPTION 'No municipality pilots it.' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF NEW.state IN ('pilot_evaluated', 'panel_final', 'standard') THEN
        IF (
            SELECT count(DISTINCT p.municipality_id) FROM commitments_pilot p
            WHERE p.subject_kind = 'recommendation' AND p.subject_id = NEW.id AND p.state = 'evaluated'
                -- Pilots of a text that was returned to draft since are no evidence for this one.
                AND p.evaluated_at >= (
                    SELECT max(c.created_at) FROM recommendations_statechange c
                    WHERE c.version_id = NEW.id AND c.to_state = 'pilot_ready'
                )
        ) < 2 THEN
            RAISE EXCEPTION 'Fewer than two municipalities have evaluated a pilot.'
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER commitments_check_pilots BEFORE UPDATE OF state ON recommendations_recommendationversion
    FOR EACH ROW EXECUTE FUNCTION commitments_check_pilots();

CREATE FUNCTION commitments_keep_pilot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'evaluated' THEN
        RAISE EXCEPTION 'An evaluated pilot does not change.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER commitments_keep_pilot BEFORE UPDATE OR DELETE ON commitments_pilot
    FOR EACH ROW EXECUTE FUNCTION commitments_keep_pilot();
"""

FORGET = """
DROP TRIGGER commitments_keep_pilot ON commitments_pilot;
DROP FUNCTION commitments_keep_pilot();
DROP TRIGGER commitments_check_pilots ON recommendations_recommendationversion;
DROP FUNCTION commitments_check_pilots();
DROP TRIGGER commitments_check_dependency ON commitments_measuredependency;
DROP FUNCTION commitments_check_dependency();
DROP TRIGGER commitments_keep_commitment ON commitments_selfcommitment;
DROP FUNCTION commitments_keep_commitment();
DROP TRIGGER commitments_check_adoption ON commitments_adoption;
DROP FUNCTION commitments_check_adoption();
"""


class Migration(migrations.Migration):
    dependencies = [("commitments", "0001_initial")]

    operations = [migrations.RunSQL(WRITE, FORGET)]
