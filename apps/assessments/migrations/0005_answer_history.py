"""Every state of an answer is kept: by the database, so that no way of saving passes it by.

The functions run with the rights of whoever writes; row-level security admits what it admits for the answer itself.
Emptying who answered leaves no trace of its own: it changes none of the columns named here.
"""

from django.db import migrations

WRITE = """
CREATE FUNCTION assessments_keep_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO assessments_answerrevision (
        created_at, updated_at, municipality_id, assessment_id, item_id, revision, value, done_by, note, evidence,
        org_unit_id, answered_by_id, by_link, answered_at
    ) VALUES (
        now(), now(), NEW.municipality_id, NEW.assessment_id, NEW.item_id, NEW.revision,
        coalesce(NEW.level::text, nullif(NEW.special, ''), NEW.value), NEW.done_by, NEW.note, NEW.evidence,
        NEW.org_unit_id, NEW.answered_by_id, NEW.delegation_id IS NOT NULL, NEW.answered_at
    );
    RETURN NULL;
END $$;

CREATE TRIGGER assessments_keep_new_answer AFTER INSERT ON assessments_answer
    FOR EACH ROW EXECUTE FUNCTION assessments_keep_answer();

CREATE TRIGGER assessments_keep_changed_answer AFTER UPDATE ON assessments_answer
    FOR EACH ROW WHEN (
        ROW(OLD.value, OLD.level, OLD.special, OLD.done_by, OLD.note, OLD.evidence, OLD.revision)
        IS DISTINCT FROM
        ROW(NEW.value, NEW.level, NEW.special, NEW.done_by, NEW.note, NEW.evidence, NEW.revision)
    ) EXECUTE FUNCTION assessments_keep_answer();
"""

FORGET = """
DROP TRIGGER assessments_keep_changed_answer ON assessments_answer;
DROP TRIGGER assessments_keep_new_answer ON assessments_answer;
DROP FUNCTION assessments_keep_answer();
"""

# Answers that were there before begin their history as they stand.
BEGIN = """
INSERT INTO assessments_answerrevision (
    created_at, updated_at, municipality_id, assessment_id, item_id, revision, value, done_by, note, evidence,
    org_unit_id, answered_by_id, by_link, answered_at
)
SELECT
    now(), now(), municipality_id, assessment_id, item_id, revision,
    coalesce(level::text, nullif(special, ''), value), done_by, note, evidence,
    org_unit_id, answered_by_id, delegation_id IS NOT NULL, answered_at
FROM assessments_answer
"""


class Migration(migrations.Migration):
    dependencies = [("assessments", "0004_answering")]

    operations = [
        migrations.RunSQL(WRITE, FORGET),
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
    ]
