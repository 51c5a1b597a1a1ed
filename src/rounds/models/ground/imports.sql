-- A staged row is rewritten four times until its record stands: with room on its page the indexes are left alone.
ALTER TABLE rounds_importrow SET (fillfactor = 40);
-- The lines of a score fit on its page as they are; compressing them costs more than the tenth of space it saves.
ALTER TABLE rounds_scorerecord SET (toast_tuple_target = 4096);

-- What an import made, as the database itself saw it: noted by a trigger while the row is born, in a table the run-time
-- roles neither read nor write. A staged row that names an older record proves nothing: births are not noted afterwards.
CREATE TABLE rounds_importmade (
    of_id uuid NOT NULL REFERENCES rounds_import ON DELETE CASCADE,
    id uuid NOT NULL,
    written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (of_id, id)
);

CREATE FUNCTION rounds_note_made() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO rounds_importmade (of_id, id)
        SELECT b.id, f.id FROM rounds_batch b CROSS JOIN fresh f
         WHERE b.id = current_setting('rounds.import')::uuid AND b.kind = 'import.' || TG_ARGV[0];
    RETURN NULL;
END $$;
DO $$
DECLARE
    made record;
BEGIN
    FOR made IN SELECT * FROM (VALUES ('lead', 'rounds_lead'), ('account', 'rounds_account'), ('contact', 'rounds_contact'),
                                      ('activity', 'rounds_leadactivity'), ('status', 'rounds_leadstatuschange'),
                                      ('deal', 'rounds_opportunity'), ('stage', 'rounds_stageentry')) m (noun, tab) LOOP
        EXECUTE format('CREATE TRIGGER note_made AFTER INSERT ON %I REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT'
                       ' WHEN (nullif(current_setting(%L, true), %L) IS NOT NULL) EXECUTE FUNCTION rounds_note_made(%L)',
                       made.tab, 'rounds.import', '', made.noun);
    END LOOP;
END $$;

-- Takes back records an import made, in one stretch of its rows: those nobody touched since go, with what the import wrote
-- below them; the others stay, with the reason. Field history keeps what they were, events stay.
-- Score history and statuses are append-only for the run-time roles, so this runs as the owner; it deletes nothing that was
-- not born in that import (rounds_importmade), and nothing somebody else wrote below. What a chunk says of its moments may
-- be written by the run-time roles too: it is believed no further than a while after each row's own birth.
CREATE FUNCTION rounds_take_back(which uuid, chunk integer, noun text, first integer, last integer)
RETURNS TABLE (row_number integer, why text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    tab text := CASE noun WHEN 'lead' THEN 'rounds_lead' WHEN 'account' THEN 'rounds_account' WHEN 'contact' THEN 'rounds_contact'
                          WHEN 'activity' THEN 'rounds_leadactivity' WHEN 'status' THEN 'rounds_leadstatuschange'
                          WHEN 'deal' THEN 'rounds_opportunity' WHEN 'stage' THEN 'rounds_stageentry' END;
    moment timestamptz;
    written timestamptz;
    pages text[];
    made uuid[];
    gone uuid[];
    place record;
BEGIN
    SELECT c.at, c.written_at INTO moment, written FROM rounds_importchunk c WHERE c.of_id = which AND c.number = chunk AND c.undone_at IS NULL FOR UPDATE;
    IF tab IS NULL OR moment IS NULL OR NOT EXISTS (SELECT 1 FROM rounds_batch b WHERE b.id = which AND b.kind = 'import.' || noun) THEN
        RAISE insufficient_privilege USING MESSAGE = 'no such chunk of an import can be taken back';
    END IF;
    DROP TABLE IF EXISTS pg_temp.taking;
    CREATE TEMPORARY TABLE taking ON COMMIT DROP AS
        SELECT r.made AS id, r.number, NULL::text AS why, m.written_at + interval '10 minutes' AS latest
          FROM rounds_importrow r JOIN rounds_importmade m ON m.of_id = r.of_id AND m.id = r.made
         WHERE r.of_id = which AND r.number BETWEEN first AND last AND r.outcome = 'new' AND r.made IS NOT NULL;
    CREATE UNIQUE INDEX ON pg_temp.taking (id);
    ANALYZE pg_temp.taking;
    IF EXISTS (SELECT 1 FROM rounds_legalhold WHERE lifted_at IS NULL) THEN
        UPDATE pg_temp.taking t SET why = 'on legal hold' WHERE rounds_all_held() OR EXISTS (SELECT 1 FROM rounds_held() h WHERE h.id = t.id);
    END IF;
    IF noun IN ('lead', 'account', 'contact', 'deal') THEN
        EXECUTE format('UPDATE pg_temp.taking t SET why = ''changed since'' WHERE t.why IS NULL AND EXISTS (
                          SELECT 1 FROM %shistory h LEFT JOIN pghistory_context c ON c.id = h.pgh_context_id
                           WHERE h.pgh_obj_id = t.id AND h.pgh_created_at > least($1, t.latest)
                             AND coalesce(c.metadata ->> ''kind'', '''') NOT IN (''system'', ''automation''))', tab) USING written;
    END IF;
    -- Whatever points at them: rows of the import's own moment (or back-dated by it) go along, anybody else's keeps them here.
    FOR place IN
        SELECT c.conrelid::regclass AS child, a.attname AS col,
               EXISTS (SELECT 1 FROM pg_attribute m WHERE m.attrelid = c.conrelid AND m.attname = 'at' AND NOT m.attisdropped) AS signed
          FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
         WHERE c.contype = 'f' AND c.confrelid = tab::regclass AND c.conrelid::regclass::text NOT LIKE 'rounds_import%'
    LOOP
        EXECUTE format('UPDATE pg_temp.taking t SET why = %L WHERE t.why IS NULL AND EXISTS (
                          SELECT 1 FROM %s x WHERE x.%I = t.id AND %s)',
            'has ' || CASE replace(place.child::text, 'rounds_', '') WHEN 'leadactivity' THEN 'activities' WHEN 'answer' THEN 'answers'
                WHEN 'leadstatuschange' THEN 'a later status' WHEN 'scorerecord' THEN 'a later score' WHEN 'lead' THEN 'leads'
                WHEN 'contact' THEN 'contacts' WHEN 'account' THEN 'accounts below it' WHEN 'committeeseat' THEN 'a seat on a committee'
                ELSE replace(place.child::text, 'rounds_', '') END,
            place.child, place.col,
            CASE WHEN place.child IN ('rounds_scorerecord'::regclass, 'rounds_duplicatepair'::regclass) THEN 'false'
                 WHEN place.child = tab::regclass THEN 'x.id <> t.id AND NOT EXISTS (SELECT 1 FROM pg_temp.taking o WHERE o.id = x.id)'
                 WHEN place.signed THEN format('x.at > least(%L::timestamptz, t.latest)', moment) ELSE 'true' END);
    END LOOP;
    SELECT coalesce(array_agg(t.id), '{}') INTO gone FROM pg_temp.taking t WHERE t.why IS NULL;
    FOR place IN
        SELECT c.conrelid::regclass AS child, a.attname AS col, a.attnotnull AS needed
          FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
         WHERE c.contype = 'f' AND c.confrelid = tab::regclass AND c.conrelid <> tab::regclass
           AND c.conrelid::regclass::text NOT LIKE 'rounds_import%'
    LOOP
        EXECUTE format('DELETE FROM %s x WHERE x.%I = ANY ($1)', place.child, place.col) USING gone;
    END LOOP;
    EXECUTE format('DELETE FROM %I WHERE id = ANY ($1)', tab) USING gone;
    SELECT array_agg(format('/%s/%s/', CASE noun WHEN 'deal' THEN 'opportunities' ELSE noun || 's' END, g)) INTO pages FROM unnest(gone) g;
    DELETE FROM rounds_favourite WHERE url = ANY (pages);
    DELETE FROM rounds_recent WHERE url = ANY (pages);
    RETURN QUERY SELECT t.number, coalesce(t.why, '') FROM pg_temp.taking t;
END $$;
GRANT EXECUTE ON FUNCTION rounds_take_back(uuid, integer, text, integer, integer) TO rounds_web, rounds_worker;
