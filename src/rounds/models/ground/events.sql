-- Events and audit entries are partitioned by month; a default partition means that no insert ever fails.
CREATE TABLE rounds_event (
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    by_kind text NOT NULL,
    by_id uuid,
    by_name text NOT NULL DEFAULT '',
    kind text NOT NULL,
    account_id uuid,
    lead_id uuid,
    opportunity_id uuid,
    subject_id uuid,
    payload jsonb NOT NULL DEFAULT '{}',
    batch_id uuid,
    quiet boolean NOT NULL DEFAULT false,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE rounds_event_default PARTITION OF rounds_event DEFAULT;
CREATE INDEX event_account ON rounds_event (account_id, at DESC) WHERE account_id IS NOT NULL;
CREATE INDEX event_lead ON rounds_event (lead_id, at DESC) WHERE lead_id IS NOT NULL;
CREATE INDEX event_opportunity ON rounds_event (opportunity_id, at DESC) WHERE opportunity_id IS NOT NULL;
CREATE INDEX event_kind ON rounds_event (kind, at DESC);

CREATE TABLE rounds_auditentry (
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    by_kind text NOT NULL,
    by_id uuid,
    by_name text NOT NULL DEFAULT '',
    chain text NOT NULL CHECK (chain IN ('write', 'read')),
    verb text NOT NULL,
    subject_kind text NOT NULL DEFAULT '',
    subject_id uuid,
    scope_hash text NOT NULL DEFAULT '',
    detail jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE rounds_auditentry_default PARTITION OF rounds_auditentry DEFAULT;
CREATE INDEX audit_subject ON rounds_auditentry (subject_id, at DESC) WHERE subject_id IS NOT NULL;
CREATE INDEX audit_by ON rounds_auditentry (by_id, at DESC);
CREATE INDEX audit_verb ON rounds_auditentry (verb, at DESC);
CREATE INDEX audit_by_verb ON rounds_auditentry (by_id, verb, at DESC);
CREATE INDEX audit_at ON rounds_auditentry (at DESC, id DESC);

-- Makes the partitions of this month and the next `ahead` (at most 24), months of UTC whoever asks. A month whose rows already stand in the default
-- partition is left there: moving rows of an append-only table is not this function's business.
CREATE FUNCTION rounds_make_partitions(ahead integer DEFAULT 3) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    first date := date_trunc('month', now());
    made integer := 0;
    parent text;
    child text;
    month date;
    busy boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('rounds.partitions'));
    FOREACH parent IN ARRAY ARRAY['rounds_event', 'rounds_auditentry'] LOOP
        FOR i IN 0..least(ahead, 24) LOOP
            month := first + make_interval(months => i);
            child := parent || '_' || to_char(month, 'YYYY_MM');
            IF to_regclass(child) IS NULL THEN
                EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE at >= %L AND at < %L)',
                               parent || '_default', month, month + interval '1 month') INTO busy;
                IF NOT busy THEN
                    EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                                   child, parent, month, month + interval '1 month');
                    made := made + 1;
                END IF;
            END IF;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;
GRANT EXECUTE ON FUNCTION rounds_make_partitions(integer) TO rounds_worker;
SELECT rounds_make_partitions(3);
