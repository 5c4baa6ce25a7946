"""How many people took part in empowerment trainings: a number for the funder, and nothing that says who.

Nobody may read the places of such sessions but the person. This function, which runs with the owner's rights, says one
number per calendar year that is over, rounded down to fives and never below 10 (privacy.md, Disclosure control); of a
year that still runs, of which two answers could be compared, it says nothing.
"""

from django.db import migrations

WRITE = """
CREATE FUNCTION training_empowerment_count(of_year integer) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT CASE WHEN found.people >= 10 THEN (found.people / 5 * 5)::integer END FROM (
        SELECT count(DISTINCT a.user_id) AS people
        FROM training_confidentialattendance a JOIN training_sessiondate d ON d.id = a.date_id
        WHERE extract(year FROM d.starts_at AT TIME ZONE 'Europe/Berlin') = of_year
            AND of_year < extract(year FROM now() AT TIME ZONE 'Europe/Berlin')
    ) found
$$;
REVOKE ALL ON FUNCTION training_empowerment_count(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION training_empowerment_count(integer) TO kfa_programme;
"""

FORGET = "DROP FUNCTION training_empowerment_count(integer);"


class Migration(migrations.Migration):
    dependencies = [("training", "0002_invariants")]

    operations = [migrations.RunSQL(WRITE, FORGET)]
