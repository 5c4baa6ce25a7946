"""What must hold whoever writes: the states' tables, frozen texts, seats counted from the rows, the gate before them.

The triggers' functions run with the rights of whoever writes. training_position alone reads rows that its caller may
not: it gives a person one number about the person's own place. The pairs of states are those of apps.reviews.lifecycle and
apps.training.places; tests compare them.
"""

from django.db import migrations

WRITE = """
CREATE FUNCTION training_check_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'idea' THEN
            RAISE EXCEPTION 'A version begins as an idea.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    IF (OLD.state || ' ' || NEW.state) NOT IN (
        'idea draft', 'draft panel_review', 'panel_review pilot_ready', 'pilot_ready piloting',
        'piloting pilot_evaluated', 'pilot_evaluated panel_final', 'panel_final standard',
        'panel_review draft', 'pilot_evaluated draft', 'panel_final draft', 'standard superseded',
        'idea withdrawn', 'draft withdrawn', 'panel_review withdrawn', 'pilot_ready withdrawn', 'piloting withdrawn',
        'pilot_evaluated withdrawn', 'panel_final withdrawn', 'standard withdrawn'
    ) THEN
        RAISE EXCEPTION 'No way leads from % to %.', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state IN ('panel_review', 'pilot_ready', 'panel_final', 'standard') AND EXISTS (
        SELECT FROM training_moduleedition e WHERE e.version_id = NEW.id AND e.frozen_at IS NULL
    ) THEN
        RAISE EXCEPTION 'The text is not frozen.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state IN ('pilot_ready', 'standard') AND NOT EXISTS (
        SELECT FROM reviews_review r
        WHERE r.subject_kind = 'module' AND r.subject_id = NEW.id AND r.state = 'decided'
            AND r.stage = CASE NEW.state WHEN 'standard' THEN 'final' ELSE 'initial' END
            AND r.decided_at >= OLD.state_since
            AND (
                r.outcome = 'accepted'
                OR r.outcome = 'conditional' AND NOT EXISTS (
                    SELECT FROM reviews_condition c WHERE c.review_id = r.id AND c.confirmed_at IS NULL
                )
            )
    ) THEN
        RAISE EXCEPTION 'The panel has not accepted it, or conditions are not met.'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'superseded' AND NOT EXISTS (
        SELECT FROM training_moduleversion v
        WHERE v.module_id = NEW.module_id AND v.number > NEW.number AND v.state IN ('panel_final', 'standard')
    ) THEN
        RAISE EXCEPTION 'No newer version takes its place.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER training_check_state BEFORE INSERT OR UPDATE OF state ON training_moduleversion
    FOR EACH ROW EXECUTE FUNCTION training_check_state();

-- The words for the search are drawn from the text; they may be drawn anew.
CREATE FUNCTION training_keep_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.frozen_at IS NOT NULL THEN
        IF TG_OP = 'UPDATE' THEN
            NEW.updated_at := OLD.updated_at;
            OLD.search := NEW.search;
        END IF;
        IF TG_OP = 'DELETE' OR NEW IS DISTINCT FROM OLD THEN
            RAISE EXCEPTION 'A frozen text does not change.' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER training_keep_edition BEFORE UPDATE OR DELETE ON training_moduleedition
    FOR EACH ROW EXECUTE FUNCTION training_keep_edition();

-- FOR SHARE: whoever freezes the text waits for units being written, and they for it.
CREATE FUNCTION training_keep_unit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    frozen boolean;
BEGIN
    SELECT coalesce(bool_or(locked.frozen_at IS NOT NULL), false) INTO frozen FROM (
        SELECT e.frozen_at FROM training_moduleedition e
        WHERE e.id IN (
            CASE WHEN TG_OP <> 'INSERT' THEN OLD.edition_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.edition_id END
        ) FOR SHARE
    ) locked;
    IF frozen THEN
        RAISE EXCEPTION 'A frozen text does not change.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER training_keep_unit BEFORE INSERT OR UPDATE OR DELETE ON training_unit
    FOR EACH ROW EXECUTE FUNCTION training_keep_unit();

CREATE FUNCTION training_check_offer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.offered_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM training_moduleedition e JOIN training_moduleversion v ON v.id = e.version_id
        WHERE e.id = NEW.offered_id AND v.module_id = NEW.id AND e.frozen_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'What is offered is a frozen text of the module.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER training_check_offer BEFORE INSERT OR UPDATE OF offered_id ON training_module
    FOR EACH ROW EXECUTE FUNCTION training_check_offer();

-- A session of an empowerment module is confidential, and no other is. Once people can enrol neither changes.
CREATE FUNCTION training_check_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.confidential IS DISTINCT FROM (SELECT m.is_empowerment FROM training_module m WHERE m.id = NEW.module_id) THEN
        RAISE EXCEPTION 'A session is confidential as its module is.' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.entries > 0 AND NEW.module_id <> OLD.module_id THEN
        RAISE EXCEPTION 'A session with entries stays with its module.' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state IN ('held', 'cancelled') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'A session that is over stays so.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER training_check_session BEFORE INSERT OR UPDATE ON training_session
    FOR EACH ROW EXECUTE FUNCTION training_check_session();

CREATE FUNCTION training_keep_empowerment_module() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.is_empowerment <> OLD.is_empowerment AND EXISTS (
        SELECT FROM training_session s WHERE s.module_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'A module with sessions stays what it is.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER training_keep_empowerment_module BEFORE UPDATE OF is_empowerment ON training_module
    FOR EACH ROW EXECUTE FUNCTION training_keep_empowerment_module();

CREATE FUNCTION training_span_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE training_session s SET
        first_starts_at = (SELECT min(d.starts_at) FROM training_sessiondate d WHERE d.session_id = s.id),
        last_ends_at = (SELECT max(d.ends_at) FROM training_sessiondate d WHERE d.session_id = s.id)
    WHERE s.id IN (
        CASE WHEN TG_OP <> 'INSERT' THEN OLD.session_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.session_id END
    );
    RETURN NULL;
END $$;

CREATE TRIGGER training_span_session AFTER INSERT OR UPDATE OR DELETE ON training_sessiondate
    FOR EACH ROW EXECUTE FUNCTION training_span_session();

CREATE FUNCTION training_check_place() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about training_session%ROWTYPE;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF ROW(NEW.id, NEW.session_id, NEW.user_id, NEW.municipality_id, NEW.entered_at, NEW.request_key)
            IS DISTINCT FROM
            ROW(OLD.id, OLD.session_id, OLD.user_id, OLD.municipality_id, OLD.entered_at, OLD.request_key)
        THEN
            RAISE EXCEPTION 'A place stays the person''s, in its session, since its time.'
                USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.state <> OLD.state AND (OLD.state || ' ' || NEW.state) NOT IN (
            'requested enrolled', 'requested waiting', 'requested refused', 'requested cancelled',
            'waiting offered', 'waiting cancelled', 'offered enrolled', 'offered cancelled', 'offered lapsed',
            'enrolled attended', 'enrolled absent', 'enrolled cancelled', 'attended absent', 'absent attended'
        ) THEN
            RAISE EXCEPTION 'No way leads from % to %.', OLD.state, NEW.state USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT * INTO about FROM training_session s WHERE s.id = NEW.session_id;
    IF about.confidential <> (TG_ARGV[0] = 'confidential') THEN
        RAISE EXCEPTION 'This session keeps its places elsewhere.' USING ERRCODE = 'check_violation';
    END IF;
    IF about.state <> 'open' OR NEW.state NOT IN ('requested', 'waiting', 'offered', 'enrolled') THEN
        RAISE EXCEPTION 'Nobody can enrol here now.' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM training_trainingopening o WHERE o.of_id = NEW.municipality_id AND o.closed_at IS NULL
    ) THEN
        RAISE EXCEPTION 'Training records of this municipality are not open.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER training_check_place BEFORE INSERT OR UPDATE ON training_enrolment
    FOR EACH ROW EXECUTE FUNCTION training_check_place('ordinary');
CREATE TRIGGER training_check_place BEFORE INSERT OR UPDATE ON training_confidentialplace
    FOR EACH ROW EXECUTE FUNCTION training_check_place('confidential');

-- Seats are counted from the rows, so that no way of writing can forget it; the session's constraint says no.
CREATE FUNCTION training_count_seats() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    holding text[] := ARRAY['offered', 'enrolled', 'attended', 'absent'];
    seats integer := 0;
    queue integer := 0;
    about uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.session_id ELSE NEW.session_id END;
    whose uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.municipality_id ELSE NEW.municipality_id END;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        seats := seats - (OLD.state = ANY (holding))::integer;
        queue := queue - (OLD.state = 'waiting')::integer;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        seats := seats + (NEW.state = ANY (holding))::integer;
        queue := queue + (NEW.state = 'waiting')::integer;
    END IF;
    IF TG_OP = 'INSERT' OR seats <> 0 OR queue <> 0 THEN
        UPDATE training_session s
        SET taken = s.taken + seats, waiting = s.waiting + queue, entries = s.entries + (TG_OP = 'INSERT')::integer
        WHERE s.id = about;
    END IF;
    -- Which municipality takes part in a confidential session is counted nowhere.
    IF seats <> 0 AND TG_ARGV[0] = 'ordinary' THEN
        UPDATE training_sessionshare h SET taken = h.taken + seats WHERE h.session_id = about AND h.of_id = whose;
        -- Counted from the first seat on, so that a quota set later holds for those who are there.
        IF NOT FOUND AND seats > 0 THEN
            INSERT INTO training_sessionshare (created_at, updated_at, session_id, of_id, quota, taken)
            VALUES (now(), now(), about, whose, NULL, seats);
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER training_count_seats AFTER INSERT OR UPDATE OF state OR DELETE ON training_enrolment
    FOR EACH ROW EXECUTE FUNCTION training_count_seats('ordinary');
CREATE TRIGGER training_count_seats AFTER INSERT OR UPDATE OF state OR DELETE ON training_confidentialplace
    FOR EACH ROW EXECUTE FUNCTION training_count_seats('confidential');

-- How many wait before the person, the person included: one number, of a place of the person whose scope it is.
CREATE FUNCTION training_position(place uuid) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public AS $$
    SELECT (
        SELECT count(*) FROM training_enrolment o
        WHERE o.session_id = mine.session_id AND o.state = 'waiting'
            AND (o.entered_at, o.id) <= (mine.entered_at, mine.id)
    )
    FROM training_enrolment mine
    WHERE mine.id = place AND mine.state = 'waiting'
        AND mine.user_id = nullif(current_setting('app.person_id', true), '')::uuid
    UNION ALL
    SELECT (
        SELECT count(*) FROM training_confidentialplace o
        WHERE o.session_id = mine.session_id AND o.state = 'waiting'
            AND (o.entered_at, o.id) <= (mine.entered_at, mine.id)
    )
    FROM training_confidentialplace mine
    WHERE mine.id = place AND mine.state = 'waiting'
        AND mine.user_id = nullif(current_setting('app.person_id', true), '')::uuid
$$;
REVOKE ALL ON FUNCTION training_position(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION training_position(uuid) TO kfa_person;

CREATE FUNCTION training_check_opening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Nested, because PL/pgSQL asks for the rights on every table a condition names: closing needs none.
    IF NEW.closed_at IS NULL THEN
        IF NOT (
            EXISTS (
                SELECT FROM training_gatedocument g
                WHERE g.municipality_id = NEW.of_id AND g.kind = 'data_protection'
            ) AND EXISTS (
                SELECT FROM training_gatedocument g
                WHERE g.municipality_id = NEW.of_id AND g.kind IN ('works_agreement', 'no_staff_council')
            )
        ) THEN
            RAISE EXCEPTION 'The documents before training records are not stored.' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF NEW.names_visible THEN
        IF NOT EXISTS (
            SELECT FROM training_gatedocument g WHERE g.municipality_id = NEW.of_id AND g.kind = 'names'
        ) THEN
            RAISE EXCEPTION 'No stored agreement allows names.' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER training_check_opening BEFORE INSERT OR UPDATE ON training_trainingopening
    FOR EACH ROW EXECUTE FUNCTION training_check_opening();

-- Progress and completions, too, wait for the documents.
CREATE FUNCTION training_records_are_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM training_trainingopening o WHERE o.of_id = NEW.municipality_id
    ) THEN
        RAISE EXCEPTION 'Training records of this municipality are not open.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER training_records_are_open BEFORE INSERT ON training_progress
    FOR EACH ROW EXECUTE FUNCTION training_records_are_open();
CREATE TRIGGER training_records_are_open BEFORE INSERT ON training_completion
    FOR EACH ROW EXECUTE FUNCTION training_records_are_open();

-- What is recorded of an ordinary module is never recorded of empowerment: completion, progress, package, duty.
CREATE FUNCTION training_not_of_empowerment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about uuid;
BEGIN
    IF TG_ARGV[0] = 'edition' THEN
        SELECT v.module_id INTO about FROM training_moduleedition e JOIN training_moduleversion v ON v.id = e.version_id
        WHERE e.id = NEW.edition_id;
    ELSE
        about := NEW.module_id;
    END IF;
    IF (SELECT m.is_empowerment FROM training_module m WHERE m.id = about) THEN
        RAISE EXCEPTION 'There is no such record of this module.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER training_not_of_empowerment BEFORE INSERT OR UPDATE ON training_package
    FOR EACH ROW EXECUTE FUNCTION training_not_of_empowerment('edition');
CREATE TRIGGER training_not_of_empowerment BEFORE INSERT OR UPDATE ON training_completion
    FOR EACH ROW EXECUTE FUNCTION training_not_of_empowerment('module');
CREATE TRIGGER training_not_of_empowerment BEFORE INSERT OR UPDATE ON training_progress
    FOR EACH ROW EXECUTE FUNCTION training_not_of_empowerment('module');
CREATE TRIGGER training_not_of_empowerment BEFORE INSERT OR UPDATE ON training_mandatorytraining
    FOR EACH ROW EXECUTE FUNCTION training_not_of_empowerment('module');
"""

FORGET = """
DROP TRIGGER training_not_of_empowerment ON training_mandatorytraining;
DROP TRIGGER training_not_of_empowerment ON training_progress;
DROP TRIGGER training_not_of_empowerment ON training_completion;
DROP TRIGGER training_not_of_empowerment ON training_package;
DROP FUNCTION training_not_of_empowerment();
DROP TRIGGER training_records_are_open ON training_completion;
DROP TRIGGER training_records_are_open ON training_progress;
DROP FUNCTION training_records_are_open();
DROP TRIGGER training_check_opening ON training_trainingopening;
DROP FUNCTION training_check_opening();
DROP FUNCTION training_position(uuid);
DROP TRIGGER training_count_seats ON training_confidentialplace;
DROP TRIGGER training_count_seats ON training_enrolment;
DROP FUNCTION training_count_seats();
DROP TRIGGER training_check_place ON training_confidentialplace;
DROP TRIGGER training_check_place ON training_enrolment;
DROP FUNCTION training_check_place();
DROP TRIGGER training_span_session ON training_sessiondate;
DROP FUNCTION training_span_session();
DROP TRIGGER training_keep_empowerment_module ON training_module;
DROP FUNCTION training_keep_empowerment_module();
DROP TRIGGER training_check_session ON training_session;
DROP FUNCTION training_check_session();
DROP TRIGGER training_check_offer ON training_module;
DROP FUNCTION training_check_offer();
DROP TRIGGER training_keep_unit ON training_unit;
DROP FUNCTION training_keep_unit();
DROP TRIGGER training_keep_edition ON training_moduleedition;
DROP FUNCTION training_keep_edition();
DROP TRIGGER training_check_state ON training_moduleversion;
DROP FUNCTION training_check_state();
"""


class Migration(migrations.Migration):
    dependencies = [("training", "0001_initial")]

    operations = [migrations.RunSQL(WRITE, FORGET)]
