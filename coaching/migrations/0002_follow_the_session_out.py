"""What belongs to a session goes with it, also where an import that is taken back deletes it by plain SQL.

A migration of its own: foreign keys are made at the end of the one that makes their tables.
"""

from django.db import migrations

CASCADE = """
DO $$
DECLARE c record;
BEGIN
    FOR c IN
        SELECT conname, conrelid::regclass AS child
        FROM pg_constraint
        WHERE contype = 'f'
          AND confrelid = 'coaching_coachingsession'::regclass
          AND conrelid IN (
              'coaching_attendance'::regclass, 'coaching_commitment'::regclass, 'coaching_notes'::regclass)
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.child, c.conname);
        EXECUTE format(
            'ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (session_id) REFERENCES coaching_coachingsession (id) '
            'ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED', c.child, c.conname);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("coaching", "0001_initial")]
    operations = [migrations.RunSQL(CASCADE, migrations.RunSQL.noop)]
