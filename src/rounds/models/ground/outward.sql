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
GRANT EXECUTE ON FUNCTION rounds_here(), rounds_may_speak() TO rounds_web, rounds_worker;
