"""What must hold whoever writes: who may vote and when, and that a decision stands."""

from django.db import migrations

WRITE = """
CREATE FUNCTION reviews_check_vote() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found record;
BEGIN
    SELECT a.conflict, r.state INTO found
    FROM reviews_assignment a JOIN reviews_review r ON r.id = a.review_id
    WHERE a.id = coalesce(NEW.assignment_id, OLD.assignment_id) FOR SHARE;
    IF found.state IS DISTINCT FROM 'voting' THEN
        RAISE EXCEPTION 'The vote is not open.' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP <> 'DELETE' AND found.conflict IS DISTINCT FROM false THEN
        RAISE EXCEPTION 'Who has or has not ruled out a conflict of interest does not vote.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER reviews_check_vote BEFORE INSERT OR UPDATE OR DELETE ON reviews_vote
    FOR EACH ROW EXECUTE FUNCTION reviews_check_vote();

CREATE FUNCTION reviews_check_assignment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.conflict IS DISTINCT FROM OLD.conflict THEN
        IF EXISTS (SELECT FROM reviews_vote v WHERE v.assignment_id = NEW.id) THEN
            RAISE EXCEPTION 'Withdraw the vote before declaring a conflict of interest.'
                USING ERRCODE = 'check_violation';
        END IF;
        IF (SELECT r.state FROM reviews_review r WHERE r.id = NEW.review_id) NOT IN ('open', 'voting') THEN
            RAISE EXCEPTION 'The review has ended.' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER reviews_check_assignment BEFORE UPDATE ON reviews_assignment
    FOR EACH ROW EXECUTE FUNCTION reviews_check_assignment();

CREATE FUNCTION reviews_check_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' THEN
            RAISE EXCEPTION 'A review begins open.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state IN ('decided', 'called_off') THEN
        RAISE EXCEPTION 'A review that has ended does not change.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER reviews_check_review BEFORE INSERT OR UPDATE OR DELETE ON reviews_review
    FOR EACH ROW EXECUTE FUNCTION reviews_check_review();

CREATE FUNCTION reviews_keep_minutes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.approved_at IS NOT NULL THEN
        RAISE EXCEPTION 'Approved minutes do not change.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER reviews_keep_minutes BEFORE UPDATE OR DELETE ON reviews_meeting
    FOR EACH ROW EXECUTE FUNCTION reviews_keep_minutes();

CREATE FUNCTION reviews_keep_minutes_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM reviews_meeting m
    WHERE m.id = coalesce(NEW.meeting_id, OLD.meeting_id) AND m.approved_at IS NOT NULL FOR SHARE;
    IF FOUND THEN
        RAISE EXCEPTION 'Approved minutes do not change.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER reviews_keep_minutes BEFORE INSERT OR UPDATE OR DELETE ON reviews_agendaitem
    FOR EACH ROW EXECUTE FUNCTION reviews_keep_minutes_parts();
CREATE TRIGGER reviews_keep_minutes BEFORE INSERT OR UPDATE OR DELETE ON reviews_attendance
    FOR EACH ROW EXECUTE FUNCTION reviews_keep_minutes_parts();

CREATE FUNCTION reviews_check_score() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found record;
BEGIN
    SELECT a.conflict, r.state INTO found
    FROM reviews_assignment a JOIN reviews_review r ON r.id = a.review_id
    WHERE a.id = coalesce(NEW.assignment_id, OLD.assignment_id) FOR SHARE;
    IF found.state NOT IN ('open', 'voting') THEN
        RAISE EXCEPTION 'The review has ended.' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP <> 'DELETE' AND found.conflict IS DISTINCT FROM false THEN
        RAISE EXCEPTION 'Who has or has not ruled out a conflict of interest does not score.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER reviews_check_score BEFORE INSERT OR UPDATE OR DELETE ON reviews_score
    FOR EACH ROW EXECUTE FUNCTION reviews_check_score();

CREATE FUNCTION reviews_keep_advice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND (
        TG_OP = 'DELETE' OR NEW.state = 'draft' OR OLD.state = 'answered'
        OR (NEW.number, NEW.title, NEW.text, NEW.given_at, NEW.answer_due_on)
            IS DISTINCT FROM (OLD.number, OLD.title, OLD.text, OLD.given_at, OLD.answer_due_on)
    ) THEN
        RAISE EXCEPTION 'Advice that was given does not change.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER reviews_keep_advice BEFORE UPDATE OR DELETE ON reviews_advice
    FOR EACH ROW EXECUTE FUNCTION reviews_keep_advice();

CREATE FUNCTION reviews_check_condition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (
        SELECT r.state FROM reviews_review r WHERE r.id = coalesce(NEW.review_id, OLD.review_id) FOR SHARE
    ) NOT IN ('open', 'voting') AND (
        TG_OP <> 'UPDATE'
        OR ROW(NEW.review_id, NEW.text, NEW.set_by_id) IS DISTINCT FROM ROW(OLD.review_id, OLD.text, OLD.set_by_id)
    ) THEN
        RAISE EXCEPTION 'The conditions of a decision stand.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER reviews_check_condition BEFORE INSERT OR UPDATE OR DELETE ON reviews_condition
    FOR EACH ROW EXECUTE FUNCTION reviews_check_condition();
"""

FORGET = """
DROP TRIGGER reviews_check_condition ON reviews_condition;
DROP FUNCTION reviews_check_condition();
DROP TRIGGER reviews_keep_advice ON reviews_advice;
DROP FUNCTION reviews_keep_advice();
DROP TRIGGER reviews_check_score ON reviews_score;
DROP FUNCTION reviews_check_score();
DROP TRIGGER reviews_keep_minutes ON reviews_attendance;
DROP TRIGGER reviews_keep_minutes ON reviews_agendaitem;
DROP FUNCTION reviews_keep_minutes_parts();
DROP TRIGGER reviews_keep_minutes ON reviews_meeting;
DROP FUNCTION reviews_keep_minutes();
DROP TRIGGER reviews_check_review ON reviews_review;
DROP FUNCTION reviews_check_review();
DROP TRIGGER reviews_check_assignment ON reviews_assignment;
DROP FUNCTION reviews_check_assignment();
DROP TRIGGER reviews_check_vote ON reviews_vote;
DROP FUNCTION reviews_check_vote();
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial")]

    operations = [migrations.RunSQL(WRITE, FORGET)]
