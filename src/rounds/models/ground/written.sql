-- What nobody says twice: the moments retention counts from, and where a held text belongs.

-- What is evidence keeps the moment it was made; the moment it was closed (the argument) is said once; and each
-- writing is noted by the clock here (`written_at`, retention.sql).
CREATE FUNCTION rounds_keep_moment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := to_jsonb(OLD);
BEGIN
    IF NEW.id <> OLD.id OR NEW.at <> OLD.at THEN
        RAISE insufficient_privilege USING MESSAGE = 'when evidence was made is not rewritten';
    END IF;
    IF TG_NARGS > 0 AND before ->> TG_ARGV[0] IS NOT NULL
       AND to_jsonb(NEW) -> TG_ARGV[0] IS DISTINCT FROM before -> TG_ARGV[0] THEN
        RAISE insufficient_privilege USING MESSAGE = 'when evidence was closed is said once and not rewritten';
    END IF;
    IF current_user IN ('rounds_web', 'rounds_worker') AND before ? 'written_at' THEN
        NEW.written_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
DO $$
DECLARE
    kept record;
BEGIN
    FOR kept IN SELECT * FROM (VALUES ('baa', NULL), ('suppression', NULL), ('counterparty', 'ended_at'),
            ('legalhold', 'lifted_at'), ('outboundhold', 'lifted_at'), ('subjectrequest', 'done_at'), ('quarantine', 'decided_at'),
            ('keyrotation', 'finished_at')) k (name, closed) LOOP
        EXECUTE format('CREATE TRIGGER keep_moment BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION rounds_keep_moment(%s)',
                       'rounds_' || kept.name, coalesce(quote_literal(kept.closed), ''));
    END LOOP;
END $$;

-- When a lead came in is said once: a lead that could be made older could be made to go.
CREATE FUNCTION rounds_keep_captured() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user IN ('rounds_web', 'rounds_worker') THEN
        RAISE insufficient_privilege USING MESSAGE = 'when a lead came in is not rewritten';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_captured BEFORE UPDATE ON rounds_lead FOR EACH ROW
    WHEN (OLD.captured_at IS DISTINCT FROM NEW.captured_at) EXECUTE FUNCTION rounds_keep_captured();

-- Where a held text belongs is said once, when it is held back: a reviewer lets it through to that place and no other.
-- The text itself may only leave; what was decided stays.
CREATE FUNCTION rounds_keep_held_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.door, OLD.kind, OLD.subject_id, OLD.field, OLD.found, OLD.by_kind, OLD.by_id, OLD.by_name)
       IS DISTINCT FROM (NEW.door, NEW.kind, NEW.subject_id, NEW.field, NEW.found, NEW.by_kind, NEW.by_id, NEW.by_name) THEN
        RAISE insufficient_privilege USING MESSAGE = 'where a held text belongs is not rewritten';
    END IF;
    IF current_user IN ('rounds_web', 'rounds_worker')
       AND (NEW.text NOT IN (OLD.text, '') OR NEW.payload NOT IN (OLD.payload, '')) THEN
        RAISE insufficient_privilege USING MESSAGE = 'a held text is not rewritten';
    END IF;
    IF OLD.decided_at IS NOT NULL AND (OLD.decided_by, OLD.decision, OLD.why)
       IS DISTINCT FROM (NEW.decided_by, NEW.decision, NEW.why) AND current_user IN ('rounds_web', 'rounds_worker') THEN
        RAISE insufficient_privilege USING MESSAGE = 'what was decided on a held text is not rewritten';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_held_text BEFORE UPDATE ON rounds_quarantine FOR EACH ROW EXECUTE FUNCTION rounds_keep_held_text();
