"""What must hold whoever writes: the states' table, frozen texts, rounds that close only when everything is answered.

The functions run with the rights of whoever writes. The pairs of states are those of apps.reviews.lifecycle; a test
compares the two.
"""

from django.db import migrations

WRITE = """
CREATE FUNCTION recommendations_check_state() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kind text := 'recommendation';
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
        'idea draft', 'draft round_open', 'round_open draft', 'round_open round_answered',
        'round_answered panel_review', 'panel_review pilot_ready', 'pilot_ready piloting',
        'piloting pilot_evaluated', 'pilot_evaluated panel_final', 'panel_final standard',
        'round_answered draft', 'panel_review draft', 'pilot_evaluated draft', 'panel_final draft',
        'standard superseded',
        'idea withdrawn', 'draft withdrawn', 'round_answered withdrawn', 'panel_review withdrawn',
        'pilot_ready withdrawn', 'piloting withdrawn', 'pilot_evaluated withdrawn', 'panel_final withdrawn',
        'standard withdrawn'
    ) THEN
        RAISE EXCEPTION 'No way leads from % to %.', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'round_open' AND NOT EXISTS (
        SELECT FROM recommendations_round r JOIN recommendations_edition e ON e.id = r.edition_id
        WHERE r.version_id = NEW.id AND r.state = 'open' AND e.frozen_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'There is no open round on a frozen text.' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'round_open' AND EXISTS (
        SELECT FROM recommendations_round r WHERE r.version_id = NEW.id AND r.state = 'open'
    ) THEN
        RAISE EXCEPTION 'The round is still open.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state IN ('round_answered', 'panel_review') AND (
        SELECT r.state FROM recommendations_round r WHERE r.version_id = NEW.id ORDER BY r.number DESC LIMIT 1
    ) IS DISTINCT FROM 'closed' THEN
        RAISE EXCEPTION 'No round has been closed.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state IN ('panel_review', 'pilot_ready', 'panel_final', 'standard') AND EXISTS (
        SELECT FROM recommendations_edition e WHERE e.version_id = NEW.id AND e.frozen_at IS NULL
    ) THEN
        RAISE EXCEPTION 'The text is not frozen.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state IN ('pilot_ready', 'standard') AND NOT EXISTS (
        SELECT FROM reviews_review r
        WHERE r.subject_kind = kind AND r.subject_id = NEW.id AND r.state = 'decided'
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
        SELECT FROM recommendations_recommendationversion v
        WHERE v.recommendation_id = NEW.recommendation_id AND v.id <> NEW.id AND v.number > NEW.number
            AND v.state IN ('panel_final', 'standard')
    ) THEN
        RAISE EXCEPTION 'No newer version takes its place.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER recommendations_check_state BEFORE INSERT OR UPDATE OF state ON recommendations_recommendationversion
    FOR EACH ROW EXECUTE FUNCTION recommendations_check_state();

CREATE FUNCTION recommendations_keep_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.frozen_at IS NOT NULL AND (TG_OP = 'DELETE' OR NEW IS DISTINCT FROM OLD) THEN
        RAISE EXCEPTION 'A frozen text does not change.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER recommendations_keep_edition BEFORE UPDATE OR DELETE ON recommendations_edition
    FOR EACH ROW EXECUTE FUNCTION recommendations_keep_edition();

-- FOR SHARE: whoever freezes the text waits for blocks being written, and they for it.
CREATE FUNCTION recommendations_keep_block() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    frozen boolean;
BEGIN
    SELECT coalesce(bool_or(locked.frozen_at IS NOT NULL), false) INTO frozen FROM (
        SELECT e.frozen_at FROM recommendations_edition e
        WHERE e.id IN (
            CASE WHEN TG_OP <> 'INSERT' THEN OLD.edition_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.edition_id END
        ) FOR SHARE
    ) locked;
    IF frozen THEN
        RAISE EXCEPTION 'A frozen text does not change.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER recommendations_keep_block BEFORE INSERT OR UPDATE OR DELETE ON recommendations_block
    FOR EACH ROW EXECUTE FUNCTION recommendations_keep_block();

CREATE FUNCTION recommendations_check_round() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' THEN
            RAISE EXCEPTION 'A round begins open.' USING ERRCODE = 'check_violation';
        END IF;
        IF NOT EXISTS (
            SELECT FROM recommendations_edition e
            WHERE e.id = NEW.edition_id AND e.version_id = NEW.version_id AND e.frozen_at IS NOT NULL
        ) THEN
            RAISE EXCEPTION 'A round is about a frozen text of its version.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.state <> 'open' THEN
        RAISE EXCEPTION 'A round that has ended does not change.' USING ERRCODE = 'check_violation';
    END IF;
    IF ROW(NEW.id, NEW.version_id, NEW.edition_id, NEW.number)
        IS DISTINCT FROM ROW(OLD.id, OLD.version_id, OLD.edition_id, OLD.number)
    THEN
        RAISE EXCEPTION 'A round stays with its text.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'closed' THEN
        IF EXISTS (
            SELECT FROM recommendations_comment c LEFT JOIN recommendations_disposition d ON d.comment_id = c.id
            WHERE c.round_id = NEW.id AND c.kind <> 'reply' AND c.withdrawn_at IS NULL AND d.id IS NULL
        ) THEN
            RAISE EXCEPTION 'A comment has no disposition.' USING ERRCODE = 'check_violation';
        END IF;
        IF (SELECT count(*) FROM recommendations_benchword w WHERE w.round_id = NEW.id) < 3 THEN
            RAISE EXCEPTION 'A bench has neither spoken nor abstained.' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER recommendations_check_round BEFORE INSERT OR UPDATE OR DELETE ON recommendations_round
    FOR EACH ROW EXECUTE FUNCTION recommendations_check_round();

-- FOR SHARE: whoever closes the round waits for comments being written, and they for it.
CREATE FUNCTION recommendations_round_is_open(round uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    found_state text;
BEGIN
    SELECT r.state INTO found_state FROM recommendations_round r WHERE r.id = round FOR SHARE;
    RETURN coalesce(found_state = 'open', false);
END $$;

CREATE FUNCTION recommendations_keep_ended_round() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND NOT recommendations_round_is_open(OLD.round_id)
        OR TG_OP <> 'DELETE' AND NOT recommendations_round_is_open(NEW.round_id)
    THEN
        RAISE EXCEPTION 'A round that has ended does not change.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER recommendations_keep_comments BEFORE INSERT OR UPDATE OR DELETE ON recommendations_comment
    FOR EACH ROW EXECUTE FUNCTION recommendations_keep_ended_round();
CREATE TRIGGER recommendations_keep_bench_words BEFORE INSERT OR UPDATE OR DELETE ON recommendations_benchword
    FOR EACH ROW EXECUTE FUNCTION recommendations_keep_ended_round();

-- What was said stays: a comment is withdrawn, not removed, and its words do not change afterwards.
CREATE FUNCTION recommendations_check_comment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A comment is withdrawn, not removed.' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF ROW(NEW.id, NEW.round_id, NEW.section, NEW.block_id, NEW.kind, NEW.bench, NEW.author_id, NEW.text,
               NEW.proposed_wording, NEW.thread_id)
            IS DISTINCT FROM ROW(OLD.id, OLD.round_id, OLD.section, OLD.block_id, OLD.kind, OLD.bench, OLD.author_id,
               OLD.text, OLD.proposed_wording, OLD.thread_id)
        THEN
            RAISE EXCEPTION 'What was said does not change.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.block_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM recommendations_block b JOIN recommendations_round r ON r.edition_id = b.edition_id
        WHERE b.id = NEW.block_id AND r.id = NEW.round_id AND b.section = NEW.section
    ) THEN
        RAISE EXCEPTION 'A comment is on the text of its round.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.thread_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM recommendations_comment c
        WHERE c.id = NEW.thread_id AND c.round_id = NEW.round_id AND c.kind <> 'reply'
    ) THEN
        RAISE EXCEPTION 'A reply belongs to a comment of its round.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER recommendations_check_comment BEFORE INSERT OR UPDATE OR DELETE ON recommendations_comment
    FOR EACH ROW EXECUTE FUNCTION recommendations_check_comment();

CREATE FUNCTION recommendations_keep_agreement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    round uuid;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.comment_id <> OLD.comment_id THEN
        RAISE EXCEPTION 'An agreement stays with its comment.' USING ERRCODE = 'check_violation';
    END IF;
    SELECT c.round_id INTO round FROM recommendations_comment c
    WHERE c.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.comment_id ELSE NEW.comment_id END;
    IF NOT recommendations_round_is_open(round) THEN
        RAISE EXCEPTION 'A round that has ended does not change.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER recommendations_keep_agreements BEFORE INSERT OR UPDATE OR DELETE ON recommendations_agreement
    FOR EACH ROW EXECUTE FUNCTION recommendations_keep_agreement();

-- Where an answer is found in the new text can be said after the round: the new text is written then.
CREATE FUNCTION recommendations_keep_disposition() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    round uuid;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.comment_id <> OLD.comment_id THEN
        RAISE EXCEPTION 'An answer stays with its comment.' USING ERRCODE = 'check_violation';
    END IF;
    SELECT c.round_id INTO round FROM recommendations_comment c WHERE c.id = coalesce(NEW.comment_id, OLD.comment_id);
    IF NOT recommendations_round_is_open(round) AND NOT (
        TG_OP = 'UPDATE' AND ROW(NEW.comment_id, NEW.outcome, NEW.reason, NEW.duplicate_of_id, NEW.decided_by_id)
            IS NOT DISTINCT FROM ROW(OLD.comment_id, OLD.outcome, OLD.reason, OLD.duplicate_of_id, OLD.decided_by_id)
    ) THEN
        RAISE EXCEPTION 'A round that has ended does not change.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER recommendations_keep_disposition BEFORE INSERT OR UPDATE OR DELETE ON recommendations_disposition
    FOR EACH ROW EXECUTE FUNCTION recommendations_keep_disposition();
"""

FORGET = """
DROP TRIGGER recommendations_keep_agreements ON recommendations_agreement;
DROP FUNCTION recommendations_keep_agreement();
DROP TRIGGER recommendations_check_comment ON recommendations_comment;
DROP FUNCTION recommendations_check_comment();
DROP TRIGGER recommendations_keep_disposition ON recommendations_disposition;
DROP FUNCTION recommendations_keep_disposition();
DROP TRIGGER recommendations_keep_bench_words ON recommendations_benchword;
DROP TRIGGER recommendations_keep_comments ON recommendations_comment;
DROP FUNCTION recommendations_keep_ended_round();
DROP FUNCTION recommendations_round_is_open(uuid);
DROP TRIGGER recommendations_check_round ON recommendations_round;
DROP FUNCTION recommendations_check_round();
DROP TRIGGER recommendations_keep_block ON recommendations_block;
DROP FUNCTION recommendations_keep_block();
DROP TRIGGER recommendations_keep_edition ON recommendations_edition;
DROP FUNCTION recommendations_keep_edition();
DROP TRIGGER recommendations_check_state ON recommendations_recommendationversion;
DROP FUNCTION recommendations_check_state();
"""


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0001_initial")]

    operations = [migrations.RunSQL(WRITE, FORGET)]
