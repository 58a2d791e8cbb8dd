"""What belongs to a session goes with it, also where an import that is taken back deletes it by plain SQL."""

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
    dependencies = [("coaching", "0003_notes_apart_plans_and_receipts")]
    operations = [migrations.RunSQL(CASCADE, migrations.RunSQL.noop)]
