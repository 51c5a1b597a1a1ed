-- Yesterday's numbers do not change: a snapshot is only added, and only to a day that is not shut yet (SnapshotDay shuts it).
-- What the owner does (a deal that is erased or goes by retention) is no change of what was told.
CREATE FUNCTION rounds_day_is_open() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM rounds_snapshotday d WHERE d.day >= NEW.day) THEN
        RAISE insufficient_privilege USING MESSAGE = 'the snapshot of that day was taken, and is not rewritten';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER day_is_open BEFORE INSERT ON rounds_dealsnapshot FOR EACH ROW EXECUTE FUNCTION rounds_day_is_open();
CREATE TRIGGER day_is_open BEFORE INSERT ON rounds_snapshotday FOR EACH ROW EXECUTE FUNCTION rounds_day_is_open();
