-- Where this database stands: the server's own number, the line of its history (a restore begins a new one), and the
-- database's place in it (a copy made inside the server is another). What a Release was given for is compared with it.
-- The line is read where the server writes now: the control file names the old one until the first checkpoint.
CREATE FUNCTION rounds_here(OUT system text, OUT timeline bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT s.system_identifier || '/' || d.oid, ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint
      INTO system, timeline
      FROM pg_control_system() s, pg_database d WHERE d.datname = current_database();
END $$;

-- Whether a person let this very database speak: the newest release is of this place and line.
CREATE FUNCTION rounds_may_speak() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF pg_is_in_recovery() THEN
        RETURN false;
    END IF;
    RETURN coalesce((SELECT (r.system, r.timeline) = (h.system, h.timeline) FROM rounds_release r, rounds_here() h
                      ORDER BY r.at DESC, r.id DESC LIMIT 1), false);
END $$;
-- A release is given here and now, or not at all: one that is dated ahead, or names the line of a copy that is still to
-- come, would speak for a database nobody looked at. A minute is left to two machines' clocks.
CREATE FUNCTION rounds_release_is_here() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.at > clock_timestamp() + interval '1 minute' THEN
        RAISE insufficient_privilege USING MESSAGE = 'a release is not dated ahead';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM rounds_here() h WHERE (h.system, h.timeline) = (NEW.system, NEW.timeline)) THEN
        RAISE insufficient_privilege USING MESSAGE = 'a release is given for the database it stands in';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER release_is_here BEFORE INSERT ON rounds_release FOR EACH ROW EXECUTE FUNCTION rounds_release_is_here();

-- It leaves its entry in the audit trail, by the same hand and in the same transaction, or is undone when that ends: an
-- entry of another transaction was sealed before this one began.
CREATE FUNCTION rounds_release_is_noted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM rounds_auditentry e LEFT JOIN rounds_auditseal s ON s.id = e.id AND s.entry_at = e.at AND s.chain = e.chain
                    WHERE e.verb = 'outward.release' AND e.subject_id = NEW.id AND e.chain = 'write'
                      AND (e.by_kind, e.by_id, e.by_name) IS NOT DISTINCT FROM (NEW.by_kind, NEW.by_id, NEW.by_name)
                      AND (s.id IS NULL OR s.sealed_at >= now())) THEN
        RAISE insufficient_privilege USING MESSAGE = 'a release is given with an entry in the audit trail';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER release_is_noted AFTER INSERT ON rounds_release
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rounds_release_is_noted();
GRANT EXECUTE ON FUNCTION rounds_here(), rounds_may_speak() TO rounds_web, rounds_worker;
