-- Retention, where the law's floor holds whatever is asked: evidence goes only by these functions, only once it is six
-- years old by the database's own clock, and never while it is held. The worker alone may call what deletes.
-- A row says itself since when it counts; it counts no earlier than it was last written, so that one
-- added with an old moment, or closed as of long ago, stays six years from that day.
CREATE FUNCTION rounds_legal_floor() RETURNS interval LANGUAGE sql IMMUTABLE AS $$
    SELECT interval '72 months'  -- 45 CFR 164.316(b)(2)(i)
$$;
CREATE FUNCTION rounds_contact_floor() RETURNS interval LANGUAGE sql IMMUTABLE AS $$
    SELECT interval '12 months'  -- added: nobody's data goes by a slip of the pen in a playbook
$$;

-- Of each kind of evidence: since when a row says it counts (t is the row; null = not yet), and what it is about.
CREATE FUNCTION rounds_evidence_rule(which text, OUT moment text, OUT about text) LANGUAGE sql IMMUTABLE AS $$
    SELECT r.moment, r.about FROM (VALUES
        ('rounds_event', 't.at', 'ARRAY[t.account_id, t.lead_id, t.opportunity_id, t.subject_id, t.by_id]'),
        -- Field history, whichever it is.
        (CASE WHEN which ~ '^rounds_[a-z]+history$' THEN which END, 't.pgh_created_at', 'ARRAY[t.pgh_obj_id]'),
        ('rounds_signoff', 't.at', 'ARRAY[t.account_id]'),
        ('rounds_baa', 'CASE WHEN EXISTS (SELECT 1 FROM rounds_baareading r WHERE r.baa_id = t.id)'
            || ' OR EXISTS (SELECT 1 FROM rounds_phireturn p WHERE p.baa_id = t.id) OR t.ended_on IS NULL AND t.expires_on IS NULL AND t.signed_on IS NOT NULL THEN NULL'
            || ' ELSE greatest(t.at, t.expires_on, t.ended_on) END',
            'ARRAY[(SELECT c.account_id FROM rounds_counterparty c WHERE c.id = t.counterparty_id)]'),
        ('rounds_counterparty', 'CASE WHEN NOT EXISTS (SELECT 1 FROM rounds_baa b WHERE b.counterparty_id = t.id)'
            || ' THEN greatest(t.ended_at, CASE WHEN t.ended_at IS NOT NULL THEN t.at END) END', 'ARRAY[t.account_id]'),
        -- What was read of an agreement, and what became of its data, go with the agreement (six years after its end).
        ('rounds_baareading', '(SELECT CASE WHEN b.ended_on IS NULL AND b.expires_on IS NULL THEN NULL ELSE greatest(t.at, b.expires_on, b.ended_on) END'
            || ' FROM rounds_baa b WHERE b.id = t.baa_id)',
            'ARRAY[(SELECT c.account_id FROM rounds_counterparty c JOIN rounds_baa b ON b.counterparty_id = c.id WHERE b.id = t.baa_id)]'),
        ('rounds_phireturn', 't.at',
            'ARRAY[(SELECT c.account_id FROM rounds_counterparty c JOIN rounds_baa b ON b.counterparty_id = c.id WHERE b.id = t.baa_id)]'),
        ('rounds_legalhold', 't.lifted_at', 'ARRAY[t.subject_id]'),
        ('rounds_purge', 't.at', 'ARRAY[]::uuid[]'),
        ('rounds_subjectrequest', 't.done_at', 'ARRAY[]::uuid[]'),
        ('rounds_quarantine', 't.decided_at', 'ARRAY[t.subject_id]'),
        ('rounds_checkrun', 't.at', 'ARRAY[]::uuid[]'),
        ('rounds_auditanchor', 't.at', 'ARRAY[]::uuid[]'),
        ('rounds_disclosure', 't.at', 't.accounts'),
        ('rounds_report', 't.at', 'ARRAY[t.user_id]'),
        ('rounds_reportword', 't.at', 'ARRAY[t.user_id]'),
        ('rounds_keyrotation', 't.finished_at', 'ARRAY[]::uuid[]'),
        ('rounds_release', 't.at', 'ARRAY[]::uuid[]'),
        ('rounds_outboundhold', 't.lifted_at', 'ARRAY[]::uuid[]'),
        -- An entry's own moment could be invented when it was written; when it was sealed could not.
        ('rounds_auditentry', 'CASE WHEN s.id IS NOT NULL THEN greatest(t.at, s.sealed_at) END',
            'ARRAY[t.subject_id, t.by_id]')
    ) r (name, moment, about) WHERE r.name = which
$$;

-- When a row was last written by a run-time role, by the database's own clock. Every other moment of a row is said by
-- whoever writes it and may be invented; this column no run-time role may name (access/row_security.py grants only what
-- the models know). What the owner's functions do (sealing again under a new key, erasing a person) is no new writing.
DO $$
DECLARE
    tab regclass;
BEGIN
    FOR tab IN SELECT c.oid FROM pg_class c
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                  AND (c.relname = 'rounds_lead' OR (rounds_evidence_rule(c.relname)).moment IS NOT NULL)
                  AND c.relname <> 'rounds_auditentry' LOOP  -- counts from its seal
        EXECUTE format('ALTER TABLE %s ADD COLUMN written_at timestamptz NOT NULL DEFAULT clock_timestamp()', tab);
    END LOOP;
END $$;

CREATE FUNCTION rounds_evidence_key(which text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN which LIKE '%history' THEN 'pgh_id' ELSE 'id' END
$$;

CREATE FUNCTION rounds_evidence_query(which text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    rule record := rounds_evidence_rule(which);
BEGIN
    IF rule.moment IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = which || ' is kept for good';
    END IF;
    -- `said` is asked beside `moment`, which is never before it, so that months that are too young are not read at all.
    RETURN format('SELECT t.%I AS id, %s AS said, %s AS moment, ($2 OR %s && $3) AS held%s FROM %I t%s',
        rounds_evidence_key(which), rule.moment, CASE WHEN which = 'rounds_auditentry' THEN rule.moment
            ELSE format('CASE WHEN (%1$s) IS NOT NULL THEN greatest(%1$s, t.written_at) END', rule.moment) END,
        rule.about, CASE WHEN which = 'rounds_auditentry' THEN ', t.at, s.chain, s.seq' ELSE '' END, which,
        CASE WHEN which = 'rounds_auditentry' THEN ' LEFT JOIN rounds_auditseal s ON s.id = t.id AND s.entry_at = t.at AND s.chain = t.chain' ELSE '' END);
END $$;

CREATE FUNCTION rounds_held_ids() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(id), ARRAY[]::uuid[]) FROM rounds_held()
$$;

-- What a run would do: how many are due and free, how many are due and held, the first of them, the oldest moment.
CREATE FUNCTION rounds_evidence_due(which text, before timestamptz)
RETURNS TABLE (due bigint, held bigint, first text[], oldest timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format(
        'WITH late AS MATERIALIZED (SELECT * FROM (%s) q WHERE q.said < $1 AND q.moment < $1)
         SELECT count(*) FILTER (WHERE NOT l.held), count(*) FILTER (WHERE l.held),
                (SELECT array_agg(f.id::text) FROM (SELECT id FROM late WHERE NOT late.held ORDER BY moment, id LIMIT 3) f), min(l.moment) FROM late l',
        rounds_evidence_query(which))
    USING least(before, now() - rounds_legal_floor()), rounds_all_held(), rounds_held_ids();
END $$;

-- Takes away at most `most` rows of evidence, the oldest first, and answers their keys and moments. Whatever `before` says, nothing
-- younger than the floor goes, and nothing held. Of the audit trail the links stay: each stretch that went is
-- written down as a gap of the certificate, so that the chain is still counted whole.
CREATE FUNCTION rounds_purge_evidence(which text, before timestamptz, most integer, certificate uuid)
RETURNS TABLE (key text, since timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    key_column text := rounds_evidence_key(which);
    late text;
BEGIN
    IF certificate IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'a purge names its certificate';
    END IF;
    late := format('SELECT * FROM (%s) q WHERE q.said < $1 AND q.moment < $1 AND q.held IS NOT TRUE ORDER BY q.moment, q.id LIMIT $4',
                   rounds_evidence_query(which));
    -- Field history refuses every DELETE by a trigger of its own; here, and only for this transaction, it may go.
    PERFORM rounds_let_history_go();
    IF which = 'rounds_auditentry' THEN
        RETURN QUERY EXECUTE format(
            'WITH late AS MATERIALIZED (%s),
                  gone AS (DELETE FROM rounds_auditentry d USING late l WHERE d.id = l.id AND d.at = l.at RETURNING d.id),
                  island AS (SELECT l.chain, l.seq, l.seq - row_number() OVER (PARTITION BY l.chain ORDER BY l.seq) AS n
                               FROM late l JOIN gone g ON g.id = l.id),
                  gap AS (INSERT INTO rounds_auditgap (id, chain, first_seq, last_seq, purge_id, made_at)
                          SELECT gen_random_uuid(), i.chain, min(i.seq), max(i.seq), $5, clock_timestamp()
                            FROM island i GROUP BY i.chain, i.n)
             SELECT l.id::text, l.moment FROM late l JOIN gone g ON g.id = l.id', late)
        USING least(before, now() - rounds_legal_floor()), rounds_all_held(), rounds_held_ids(), least(most, 5000), certificate;
    ELSE
        RETURN QUERY EXECUTE format(
            'WITH late AS MATERIALIZED (%s),
                  gone AS (DELETE FROM %I d USING late l WHERE d.%I = l.id%s RETURNING d.%I AS id)
             SELECT l.id::text, l.moment FROM late l JOIN gone g ON g.id = l.id', late, which, key_column,
            CASE WHEN which = 'rounds_event' THEN ' AND d.at = l.said' ELSE '' END, key_column)
        USING least(before, now() - rounds_legal_floor()), rounds_all_held(), rounds_held_ids(), least(most, 5000);
    END IF;
    PERFORM set_config('pgtrigger.ignore', '{}', true);
END $$;

CREATE FUNCTION rounds_let_history_go() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    guards text;
BEGIN
    SELECT '{' || string_agg(tgname, ',') || '}' INTO guards FROM pg_trigger
     WHERE tgname LIKE 'pgtrigger_append_only_%' AND tgrelid::regclass::text LIKE 'rounds_%history';
    PERFORM set_config('pgtrigger.ignore', coalesce(guards, '{}'), true);
END $$;

-- Leads nobody engaged with since `before`: due, with whether they are held. A converted lead is part of its deal's
-- history, and one that opted out stays so that nobody writes to it again. What the lead says of itself may be invented,
-- so the floor is counted by what the database saw: nothing of it, its field history or its events was written since.
CREATE FUNCTION rounds_late_leads(before timestamptz)
RETURNS TABLE (id uuid, moment timestamptz, held boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.id, greatest(l.captured_at, l.last_touch_at),
           rounds_all_held() OR l.id IN (SELECT h.id FROM rounds_held() h WHERE h.kind = 'lead')
           -- or something of it stands below what is held as well, and cannot go with it
           OR EXISTS (SELECT 1 FROM (SELECT a.account_id, a.contact_id FROM rounds_leadactivity a WHERE a.lead_id = l.id
                                     UNION ALL SELECT t.account_id, t.contact_id FROM rounds_task t WHERE t.lead_id = l.id
                                     UNION ALL SELECT m.account_id, m.contact_id FROM rounds_message m WHERE m.lead_id = l.id
                                     UNION ALL SELECT NULL, n.heard_from_id FROM rounds_answer n WHERE n.lead_id = l.id) below
                       WHERE below.account_id IN (SELECT rounds_held_accounts())
                          OR below.contact_id IN (SELECT h.id FROM rounds_held() h WHERE h.kind = 'contact'))
           OR EXISTS (SELECT 1 FROM rounds_merge m WHERE l.id IN (m.lead_id, m.other_lead_id)
                         AND (m.lead_id IN (SELECT h.id FROM rounds_held() h WHERE h.kind = 'lead')
                              OR m.other_lead_id IN (SELECT h.id FROM rounds_held() h WHERE h.kind = 'lead')))
      FROM rounds_lead l
     WHERE l.status <> 'Converted' AND NOT l.opted_out AND greatest(l.captured_at, l.last_touch_at) < least(before, now() - rounds_contact_floor())
       AND NOT EXISTS (SELECT 1 FROM rounds_leadactivity a WHERE a.lead_id = l.id AND a.withdrawn_at IS NULL
                          AND a.happened_at >= least(before, now() - rounds_contact_floor()))
       AND l.written_at < now() - rounds_contact_floor()
       AND NOT EXISTS (SELECT 1 FROM rounds_leadhistory h WHERE h.pgh_obj_id = l.id AND h.written_at >= now() - rounds_contact_floor())
       AND NOT EXISTS (SELECT 1 FROM rounds_event e WHERE e.lead_id = l.id AND e.written_at >= now() - rounds_contact_floor())
$$;

-- Takes away at most `most` such leads with everything that stands below them, their field history, stars and marks.
-- Their events stay, without the words that tell who they were. Answers the keys and moments of the leads.
CREATE FUNCTION rounds_purge_leads(before timestamptz, most integer, certificate uuid)
RETURNS TABLE (key text, since timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ids uuid[];
    moments timestamptz[];
    pages text[];
BEGIN
    IF certificate IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'a purge names its certificate';
    END IF;
    SELECT array_agg(q.id), array_agg(q.moment) INTO ids, moments FROM (
        SELECT l.id, l.moment FROM rounds_late_leads(before) l JOIN rounds_lead t ON t.id = l.id
         WHERE NOT l.held AND NOT EXISTS (SELECT 1 FROM rounds_lead m WHERE m.merged_into_id = l.id)  -- those go first
         ORDER BY l.moment, l.id LIMIT least(most, 5000) FOR UPDATE OF t SKIP LOCKED) q;
    IF ids IS NULL THEN
        RETURN;
    END IF;
    SELECT array_agg('/leads/' || i || '/') INTO pages FROM unnest(ids) i;
    UPDATE rounds_task SET activity_id = NULL
     WHERE activity_id IN (SELECT a.id FROM rounds_leadactivity a WHERE a.lead_id = ANY (ids));
    DELETE FROM rounds_leadactivity WHERE lead_id = ANY (ids);
    DELETE FROM rounds_answer WHERE lead_id = ANY (ids);
    DELETE FROM rounds_scorerecord WHERE lead_id = ANY (ids);
    DELETE FROM rounds_leadstatuschange WHERE lead_id = ANY (ids);
    DELETE FROM rounds_qualificationanswer WHERE lead_id = ANY (ids);
    DELETE FROM rounds_qualificationpass WHERE lead_id = ANY (ids);
    DELETE FROM rounds_assignment WHERE lead_id = ANY (ids);
    DELETE FROM rounds_portalinvitation WHERE lead_id = ANY (ids);
    DELETE FROM rounds_assetview WHERE link_id IN (SELECT l.id FROM rounds_assetlink l JOIN rounds_assetdelivery d ON d.id = l.delivery_id
                                                   WHERE d.lead_id = ANY (ids) AND d.opportunity_id IS NULL);
    DELETE FROM rounds_assetlink WHERE delivery_id IN (SELECT d.id FROM rounds_assetdelivery d WHERE d.lead_id = ANY (ids) AND d.opportunity_id IS NULL);
    DELETE FROM rounds_assetdelivery WHERE lead_id = ANY (ids) AND opportunity_id IS NULL;
    UPDATE rounds_assetdelivery SET lead_id = NULL WHERE lead_id = ANY (ids);
    -- Mail and sequences of the lead; what is about a deal as well stays with the deal.
    UPDATE rounds_senddecision SET lead_id = NULL WHERE lead_id = ANY (ids) AND opportunity_id IS NOT NULL;
    UPDATE rounds_enrolmentstep SET lead_id = NULL WHERE lead_id = ANY (ids) AND opportunity_id IS NOT NULL;
    UPDATE rounds_message SET lead_id = NULL WHERE lead_id = ANY (ids) AND opportunity_id IS NOT NULL;
    UPDATE rounds_enrolment SET lead_id = NULL WHERE lead_id = ANY (ids) AND opportunity_id IS NOT NULL;
    UPDATE rounds_thread SET lead_id = NULL WHERE lead_id = ANY (ids) AND opportunity_id IS NOT NULL;
    UPDATE rounds_meeting SET lead_id = NULL WHERE lead_id = ANY (ids) AND opportunity_id IS NOT NULL;
    DELETE FROM rounds_senddecision WHERE lead_id = ANY (ids);
    DELETE FROM rounds_enrolmentstep WHERE lead_id = ANY (ids);
    DELETE FROM rounds_messagehit WHERE message_id IN (SELECT m.id FROM rounds_message m WHERE m.lead_id = ANY (ids));
    DELETE FROM rounds_messagelink WHERE message_id IN (SELECT m.id FROM rounds_message m WHERE m.lead_id = ANY (ids));
    DELETE FROM rounds_message WHERE lead_id = ANY (ids);
    DELETE FROM rounds_enrolment WHERE lead_id = ANY (ids);
    DELETE FROM rounds_thread WHERE lead_id = ANY (ids);
    DELETE FROM rounds_meeting WHERE lead_id = ANY (ids);
    DELETE FROM rounds_task WHERE lead_id = ANY (ids);
    DELETE FROM rounds_notification WHERE lead_id = ANY (ids);
    DELETE FROM rounds_duplicatepair WHERE lead_id = ANY (ids) OR other_lead_id = ANY (ids);
    DELETE FROM rounds_merge WHERE lead_id = ANY (ids) OR other_lead_id = ANY (ids);
    UPDATE rounds_opportunity SET lead_id = NULL WHERE lead_id = ANY (ids);
    DELETE FROM rounds_favourite WHERE url = ANY (pages);
    DELETE FROM rounds_recent WHERE url = ANY (pages);
    DELETE FROM rounds_lead WHERE id = ANY (ids);
    PERFORM rounds_let_history_go();
    DELETE FROM rounds_leadhistory WHERE pgh_obj_id = ANY (ids);
    PERFORM set_config('pgtrigger.ignore', '{}', true);
    UPDATE rounds_event SET payload = rounds_payload_without(kind, payload) WHERE lead_id = ANY (ids);
    RETURN QUERY SELECT * FROM unnest(ids::text[], moments);
END $$;

-- An agreement that is signed keeps its days.
CREATE FUNCTION rounds_keep_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.signed_on IS NOT NULL AND (NEW.signed_on, NEW.effective_on, NEW.expires_on)
       IS DISTINCT FROM (OLD.signed_on, OLD.effective_on, OLD.expires_on) THEN
        RAISE insufficient_privilege USING MESSAGE = 'the days of a signed agreement are not rewritten; add a version';
    END IF;
    IF OLD.ended_on IS NOT NULL AND NEW.ended_on IS DISTINCT FROM OLD.ended_on
       OR OLD.ended_on IS NULL AND NEW.ended_on < current_date - 366 THEN
        RAISE insufficient_privilege USING MESSAGE = 'the end of an agreement is said once, within a year of it';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_signed BEFORE UPDATE ON rounds_baa FOR EACH ROW EXECUTE FUNCTION rounds_keep_signed();

GRANT EXECUTE ON FUNCTION rounds_purge_evidence(text, timestamptz, integer, uuid),
                          rounds_purge_leads(timestamptz, integer, uuid) TO rounds_worker;
GRANT EXECUTE ON FUNCTION rounds_late_leads(timestamptz), rounds_evidence_due(text, timestamptz), rounds_legal_floor() TO rounds_web, rounds_worker;
