-- Whom a request to erase really found: looked up here, in tables the run-time roles do not write. What the request's own
-- row says (`found`) may narrow that, it widens it never.
CREATE TABLE rounds_subjectfound (
    request_id uuid NOT NULL REFERENCES rounds_subjectrequest ON DELETE CASCADE,
    kind text NOT NULL,
    id uuid NOT NULL,
    PRIMARY KEY (request_id, kind, id)
);

-- Looks up who asked, once for each open request: by address, by name, or by the blind indexes of a telephone number, as
-- `actions/trust/subject_find.py` does. How many rows it found.
CREATE FUNCTION rounds_note_found(request uuid, said text, numbers text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    n bigint;
BEGIN
    IF trim(said) = '' OR EXISTS (SELECT 1 FROM rounds_subjectfound f WHERE f.request_id = request)
       OR NOT EXISTS (SELECT 1 FROM rounds_subjectrequest r WHERE r.id = request AND r.kind = 'erasure' AND r.done_at IS NULL) THEN
        RAISE insufficient_privilege USING MESSAGE = 'whom a request is about is looked up once, when it is opened';
    END IF;
    INSERT INTO rounds_subjectfound (request_id, kind, id)
        SELECT request, 'contact', c.id FROM rounds_contact c
         WHERE upper(c.email) = upper(said) OR upper(c.name) = upper(said) OR c.phone_index <> '' AND c.phone_index = ANY (numbers)
        UNION SELECT request, 'contact', h.pgh_obj_id FROM rounds_contacthistory h
         WHERE upper(h.email) = upper(said) OR upper(h.name) = upper(said)
        UNION SELECT request, 'lead', l.id FROM rounds_lead l
         WHERE upper(l.email) = upper(said) OR upper(l.name) = upper(said) OR l.phone_index <> '' AND l.phone_index = ANY (numbers)
        UNION SELECT request, 'lead', h.pgh_obj_id FROM rounds_leadhistory h
         WHERE upper(h.email) = upper(said) OR upper(h.name) = upper(said);
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END $$;
GRANT EXECUTE ON FUNCTION rounds_note_found(uuid, text, text[]) TO rounds_web, rounds_worker;

-- Whom a request is about, and what it asks, is said once.
CREATE FUNCTION rounds_keep_found() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user IN ('rounds_web', 'rounds_worker') THEN
        RAISE insufficient_privilege USING MESSAGE = 'whom a request is about is not rewritten';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_found BEFORE UPDATE ON rounds_subjectrequest FOR EACH ROW
    WHEN ((OLD.kind, OLD.found -> 'contact_ids', OLD.found -> 'lead_ids') IS DISTINCT FROM (NEW.kind, NEW.found -> 'contact_ids', NEW.found -> 'lead_ids'))
    EXECUTE FUNCTION rounds_keep_found();

-- A person who asked to be erased, taken out of what nobody may rewrite: field history, events, reasons (COMPL-13).
-- Asked by an open request of the kind `erasure` that stands in the audit, for the contacts and leads it named and really
-- found and no others, and for the addresses and numbers (`words`) of those; refused for what is on legal hold. Audit entries stay as they are: they
-- hold ids, and the chain holds only whole.
CREATE FUNCTION rounds_erase_person(request uuid, people uuid[], leads uuid[], words text[], names text[]) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    asked rounds_subjectrequest;
    before text := coalesce(nullif(current_setting('pgtrigger.ignore', true), ''), '{}');
    seats uuid[];
    places uuid[];
    pattern text;
    called text;
    place record;
    n bigint;
    told jsonb := '{}';
BEGIN
    SELECT * INTO asked FROM rounds_subjectrequest WHERE id = request FOR UPDATE;
    IF asked.id IS NULL OR asked.kind <> 'erasure' OR asked.done_at IS NOT NULL
       OR cardinality(people) + cardinality(leads) = 0
       OR NOT to_jsonb(people) <@ coalesce(asked.found -> 'contact_ids', '[]')
       OR NOT to_jsonb(leads) <@ coalesce(asked.found -> 'lead_ids', '[]')
       OR EXISTS (SELECT 1 FROM unnest(people) p WHERE NOT EXISTS (
              SELECT 1 FROM rounds_subjectfound f WHERE f.request_id = request AND f.kind = 'contact' AND f.id = p))
       OR EXISTS (SELECT 1 FROM unnest(leads) l WHERE NOT EXISTS (
              SELECT 1 FROM rounds_subjectfound f WHERE f.request_id = request AND f.kind = 'lead' AND f.id = l))
       OR NOT EXISTS (SELECT 1 FROM rounds_auditentry e WHERE e.subject_id = request AND e.verb = 'subject.request') THEN
        RAISE insufficient_privilege USING MESSAGE = 'no open request asks to erase these people';
    END IF;
    IF rounds_all_held() OR EXISTS (SELECT 1 FROM rounds_held() h WHERE (h.kind = 'contact' AND h.id = ANY (people))
                                                                 OR (h.kind = 'lead' AND h.id = ANY (leads))) THEN
        RAISE insufficient_privilege USING MESSAGE = 'on legal hold', HINT = 'Lift the hold first, if you may.';
    END IF;
    IF EXISTS (SELECT 1 FROM unnest(words) w WHERE w !~ '@|%40' AND w !~ '^[-+0-9 ().x/]+$') THEN
        RAISE invalid_parameter_value USING MESSAGE = 'only addresses and numbers are taken out everywhere';
    END IF;
    IF EXISTS (SELECT 1 FROM unnest(words || names) w WHERE length(w) < 3)
       OR EXISTS (SELECT 1 FROM unnest(words) w WHERE length(w) < 7) THEN
        RAISE invalid_parameter_value USING MESSAGE = 'too short to be told from other words';
    END IF;

    -- Field history writes nothing of what goes, and may itself be written: in this transaction, until the end of this.
    PERFORM set_config('pgtrigger.ignore', coalesce((SELECT array_agg(tgname)::text FROM pg_trigger
                        WHERE tgname LIKE 'pgtrigger\_%' AND NOT tgisinternal), '{}'), true);
    SELECT coalesce(array_agg(id), '{}') INTO seats FROM (SELECT id FROM rounds_committeeseat WHERE contact_id = ANY (people)
        UNION ALL SELECT id FROM rounds_dealcontact WHERE contact_id = ANY (people)) s;
    SELECT coalesce(array_agg(DISTINCT a), '{}') INTO places FROM (
        SELECT account_id AS a FROM rounds_contact WHERE id = ANY (people)
        UNION SELECT account_id FROM rounds_lead WHERE id = ANY (leads)) p WHERE a IS NOT NULL;

    UPDATE rounds_contacthistory SET name = 'Erased person', title = '', email = '', phone = '', preference = '', custom = '{}', external_id = NULL
     WHERE pgh_obj_id = ANY (people);
    GET DIAGNOSTICS n = ROW_COUNT;
    told := told || jsonb_build_object('contact history', n);
    UPDATE rounds_dealcontacthistory SET motivation = '', preference = '' WHERE contact_id = ANY (people);
    UPDATE rounds_leadhistory SET name = 'Erased person', title = '', email = '', phone = '', message = '', custom = '{}',
           external_id = NULL WHERE pgh_obj_id = ANY (leads);
    GET DIAGNOSTICS n = ROW_COUNT;
    told := told || jsonb_build_object('lead history', n);
    UPDATE rounds_leadstatuschange SET reason = '' WHERE lead_id = ANY (leads) AND reason <> '';
    GET DIAGNOSTICS n = ROW_COUNT;
    told := told || jsonb_build_object('reasons', n);
    UPDATE rounds_qualificationanswer SET note = '' WHERE lead_id = ANY (leads) AND note <> '';
    GET DIAGNOSTICS n = ROW_COUNT;
    told := told || jsonb_build_object('sheet notes', n);
    UPDATE rounds_qualificationpass SET reason = '' WHERE lead_id = ANY (leads) AND reason <> '';
    UPDATE rounds_event e SET payload = rounds_payload_without(e.kind, e.payload)
     WHERE e.lead_id = ANY (leads) OR e.subject_id = ANY (people || seats);
    GET DIAGNOSTICS n = ROW_COUNT;
    told := told || jsonb_build_object('events', n);

    -- What tells of them and is not sent yet is never sent; what people of ours were told of them goes.
    DELETE FROM rounds_notification WHERE lead_id = ANY (leads);
    UPDATE rounds_delivery SET content = '', state = CASE WHEN state IN ('due', 'held') THEN 'refused' ELSE state END,
           detail = CASE WHEN state IN ('due', 'held') THEN 'Somebody it told of was erased.' ELSE detail END,
           settled_at = coalesce(settled_at, now()) WHERE lead_id = ANY (leads) AND content <> '';

    -- The name, where it is said at the accounts this person belongs to.
    SELECT string_agg('\m' || rounds_literal(w) || '\M', '|') INTO called FROM unnest(names) w;
    IF called IS NOT NULL THEN
        UPDATE rounds_event SET payload = regexp_replace(payload::text, called, 'Erased person', 'gi')::jsonb
         WHERE (account_id = ANY (places) OR lead_id = ANY (leads)) AND payload::text ~* called;
        GET DIAGNOSTICS n = ROW_COUNT;
        told := told || jsonb_build_object('events that named them', n);
    END IF;

    -- Addresses and numbers, wherever anybody wrote them.
    SELECT string_agg(rounds_literal(w), '|') INTO pattern FROM unnest(words) w;

    -- Words of archived reports go whole, with the salt nobody finds them again without; the report's own row holds their
    -- seals and stays as it was told.
    UPDATE rounds_reportword SET text = '', salt = '' WHERE salt <> '' AND ((pattern IS NOT NULL AND text ~* pattern)
        OR (called IS NOT NULL AND (account_id IS NULL OR account_id = ANY (places)) AND text ~* called));
    GET DIAGNOSTICS n = ROW_COUNT;
    told := told || jsonb_build_object('words of reports', n);
    IF pattern IS NOT NULL THEN
        FOR place IN
            SELECT c.relname AS tab, a.attname AS col, a.atttypid = 'jsonb'::regtype AS json
              FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             WHERE c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'rounds\_%' AND c.relkind IN ('r', 'p')
               AND NOT c.relispartition AND a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'jsonb'::regtype)
               AND c.relname <> ALL (ARRAY['rounds_auditentry', 'rounds_auditseal', 'rounds_auditgap', 'rounds_auditanchor',
                   'rounds_purge', 'rounds_subjectrequest', 'rounds_suppression', 'rounds_searchword', 'rounds_scorerecord',
                   'rounds_report', 'rounds_reportword', 'rounds_playbookversion', 'rounds_playbookdraft', 'rounds_user', 'rounds_loginlink', 'rounds_factor',
                   'rounds_oldpassword', 'rounds_delivery', 'rounds_webhook', 'rounds_session', 'rounds_apitoken', 'rounds_leadform'])
        LOOP
            EXECUTE format('UPDATE %1$I SET %2$I = regexp_replace(%2$I%3$s, $1, ''[erased]'', ''gi'')%4$s WHERE %2$I%3$s ~* $1',
                           place.tab, place.col, CASE WHEN place.json THEN '::text' ELSE '' END,
                           CASE WHEN place.json THEN '::jsonb' ELSE '' END) USING pattern;
            GET DIAGNOSTICS n = ROW_COUNT;
            IF n > 0 THEN
                told := told || jsonb_build_object(replace(place.tab, 'rounds_', '') || '.' || place.col, n);
            END IF;
        END LOOP;
    END IF;
    PERFORM set_config('pgtrigger.ignore', before, true);
    RETURN told;
END $$;

-- A word as a pattern: letters as they stand, the digits of a number with whatever people write between them.
CREATE FUNCTION rounds_literal(word text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN word ~ '^[0-9]{7,}$' THEN regexp_replace(word, '([0-9])(?=[0-9])', '\1[^0-9A-Za-z]{0,3}', 'g')
                ELSE regexp_replace(trim(BOTH '"' FROM to_json(word)::text), '([.^$*+?()\[\]{}|\\-])', '\\\1', 'g') END
$$;

-- What an event about an erased person still says: which fields changed and what kind of act it was, no more.
CREATE FUNCTION rounds_payload_without(kind text, said jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_object_agg(key, CASE
        WHEN key IN ('name', 'contact', 'heard_from') AND jsonb_typeof(value) = 'string' THEN '"Erased person"'::jsonb
        WHEN key = 'changed' THEN (SELECT coalesce(jsonb_object_agg(f, CASE
              WHEN f IN ('name', 'title', 'email', 'phone', 'message', 'preference', 'custom', 'external_id', 'motivation')
              THEN '[null, null]'::jsonb ELSE pair END), '{}') FROM jsonb_each(value) AS c(f, pair))
        WHEN key IN ('reason', 'subject', 'text') THEN '""'::jsonb
        ELSE value END), '{}')
      FROM jsonb_each(said)
$$;
GRANT EXECUTE ON FUNCTION rounds_erase_person(uuid, uuid[], uuid[], text[], text[]) TO rounds_web, rounds_worker;
