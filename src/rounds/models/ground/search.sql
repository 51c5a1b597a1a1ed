-- Search reads a word table through functions that narrow by the viewer's sight themselves, because row security
-- lets no text operator use an index. Triggers keep the words, so that COPY and bulk writes are found too.
CREATE TABLE rounds_searchword (
    word text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    object_id uuid NOT NULL,
    place smallint NOT NULL,
    owner_id uuid,
    team_id uuid,
    territory text NOT NULL DEFAULT '',
    buying_unit_id uuid,
    weight integer NOT NULL DEFAULT 0,
    kept text NOT NULL DEFAULT '',
    PRIMARY KEY (word, kind, object_id)
) WITH (fillfactor = 85);  -- room for who may find a word to change in place
CREATE INDEX searchword_object ON rounds_searchword (object_id);

-- `kept`: the field a word comes from alone, where roles may be kept from that field ("email"): it finds nothing for them.

-- The words of a text: without accents and apostrophes ("Children's" is one word, "Muñoz" is found by "munoz"),
-- at most 60 letters each, so that no text is too long for the index. `rounds.models.search` splits alike.
CREATE FUNCTION rounds_bare(said text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN octet_length(said) = length(said) THEN translate(lower(said), '''`', '')  -- plain letters: nothing to take apart
                ELSE regexp_replace(lower(normalize(said, NFKD)), '[\u0300-\u036f''’ʼ`]', '', 'g') END
$$;

CREATE FUNCTION rounds_words(said text) RETURNS TABLE (word text, place smallint)
LANGUAGE sql IMMUTABLE AS $$
    SELECT left(w, 60), least(min(n), 32767)::smallint
      FROM regexp_split_to_table(rounds_bare(said), '[^a-z0-9]+') WITH ORDINALITY AS parts(w, n)
     WHERE w <> '' GROUP BY left(w, 60)
$$;

-- The words of a record: those of `open` for everybody who sees it, those only `private` holds under its field's name.
-- One grouping over both: this runs for every row that is written.
CREATE FUNCTION rounds_words_of(open text, private text, field text) RETURNS TABLE (word text, place smallint, kept text)
LANGUAGE sql IMMUTABLE AS $$
    SELECT left(w.word, 60), least(min(w.place), 32767)::smallint, CASE WHEN min(w.n) = 0 THEN '' ELSE field END
      FROM (SELECT o.word, o.place, 0 AS n FROM regexp_split_to_table(rounds_bare(open), '[^a-z0-9]+') WITH ORDINALITY AS o(word, place)
            UNION ALL
            SELECT p.word, p.place + 100, 1
              FROM regexp_split_to_table(rounds_bare(coalesce(private, '')), '[^a-z0-9]+') WITH ORDINALITY AS p(word, place) WHERE p.place < 32000) w
     WHERE w.word <> '' GROUP BY left(w.word, 60)
$$;

-- Of deals that fit alike the open ones come first, the dearest before the others (in ten thousands a year).
CREATE FUNCTION rounds_weight_of_deal(closed timestamptz, cents bigint) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN closed IS NULL THEN 1 + least(coalesce(cents, 0) / 1000000, 100000)::integer ELSE 0 END
$$;

CREATE FUNCTION rounds_keep_words() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM rounds_searchword s USING gone g WHERE s.object_id = g.id;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN NULL;
    END IF;
    IF TG_TABLE_NAME = 'rounds_account' THEN
        INSERT INTO rounds_searchword
        SELECT w.word, 'account', f.id, w.place, f.owner_id, f.team_id, f.territory, f.buying_unit_id,
               coalesce(f.beds, 0), w.kept
          FROM fresh f CROSS JOIN LATERAL rounds_words_of(concat_ws(' ', f.name, f.city, f.ccn, f.custom ->> 'finds'), '', '') w;
    ELSIF TG_TABLE_NAME = 'rounds_lead' THEN
        INSERT INTO rounds_searchword
        SELECT w.word, 'lead', f.id, w.place, f.owner_id, f.team_id, f.territory, f.buying_unit_id,
               coalesce(f.score_total, 0) / 10, w.kept
          FROM fresh f CROSS JOIN LATERAL rounds_words_of(concat_ws(' ', f.name, f.organization, f.custom ->> 'finds'), f.email, 'email') w;
    ELSIF TG_TABLE_NAME = 'rounds_opportunity' THEN
        INSERT INTO rounds_searchword
        SELECT w.word, 'opportunity', f.id, w.place, f.owner_id, f.team_id, f.territory, f.buying_unit_id,
               rounds_weight_of_deal(f.closed_at, f.amount_company_cents), w.kept
          FROM fresh f CROSS JOIN LATERAL rounds_words_of(concat_ws(' ', f.name, f.custom ->> 'finds'), '', '') w;
    ELSE
        INSERT INTO rounds_searchword
        SELECT w.word, 'contact', f.id, w.place, f.owner_id, f.team_id, f.territory, f.buying_unit_id, 0, w.kept
          FROM fresh f CROSS JOIN LATERAL rounds_words_of(concat_ws(' ', f.name, f.title, f.custom ->> 'finds'), f.email, 'email') w;
    END IF;
    RETURN NULL;
END $$;

-- An update that touches none of the words nor the columns of sight must cost next to nothing: the changed rows
-- are found first. A weight that moved is written into the words that stand (a lead weighs its score in tens).
CREATE FUNCTION rounds_rekeep_words() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    said text := CASE TG_TABLE_NAME WHEN 'rounds_account' THEN $q$concat_ws(' ', %1$s.name, %1$s.city, %1$s.ccn, %1$s.custom ->> 'finds'), ''$q$
                                    WHEN 'rounds_lead' THEN $q$concat_ws(' ', %1$s.name, %1$s.organization, %1$s.custom ->> 'finds'), %1$s.email$q$
                                    WHEN 'rounds_opportunity' THEN $q$concat_ws(' ', %1$s.name, %1$s.custom ->> 'finds'), ''$q$
                                    ELSE $q$concat_ws(' ', %1$s.name, %1$s.title, %1$s.custom ->> 'finds'), %1$s.email$q$ END;
    weight text := CASE TG_TABLE_NAME WHEN 'rounds_account' THEN 'coalesce(%1$s.beds, 0)'
                                      WHEN 'rounds_lead' THEN 'coalesce(%1$s.score_total, 0) / 10'
                                      WHEN 'rounds_opportunity' THEN 'rounds_weight_of_deal(%1$s.closed_at, %1$s.amount_company_cents)' ELSE '0' END;
    changed uuid[];
    moved uuid[];
    weighed uuid[];
BEGIN
    EXECUTE format(
        'SELECT array_agg(f.id) FILTER (WHERE ROW(%s) IS DISTINCT FROM ROW(%s)),
                array_agg(f.id) FILTER (WHERE ROW(f.owner_id, f.team_id, f.territory, f.buying_unit_id)
                    IS DISTINCT FROM ROW(g.owner_id, g.team_id, g.territory, g.buying_unit_id)),
                array_agg(f.id) FILTER (WHERE %s <> %s)
           FROM fresh f JOIN gone g USING (id)',
        format(said, 'f'), format(said, 'g'), format(weight, 'f'), format(weight, 'g')) INTO changed, moved, weighed;
    -- A record that was handed over keeps its words: only who may find them changes, in place.
    IF moved IS NOT NULL THEN
        UPDATE rounds_searchword s
           SET owner_id = f.owner_id, team_id = f.team_id, territory = f.territory, buying_unit_id = f.buying_unit_id
          FROM fresh f WHERE f.id = ANY (moved) AND s.object_id = f.id;
    END IF;
    IF weighed IS NOT NULL THEN
        EXECUTE format('UPDATE rounds_searchword s SET weight = %s FROM fresh f
                         WHERE f.id = ANY ($1) AND s.object_id = f.id', format(weight, 'f')) USING weighed;
    END IF;
    IF changed IS NULL THEN
        RETURN NULL;
    END IF;
    DELETE FROM rounds_searchword s WHERE s.object_id = ANY (changed);
    EXECUTE format(
        'INSERT INTO rounds_searchword
         SELECT w.word, %L, f.id, w.place, f.owner_id, f.team_id, f.territory, f.buying_unit_id, %s, w.kept
           FROM fresh f CROSS JOIN LATERAL rounds_words_of(%s, ''email'') w WHERE f.id = ANY ($1)',
        replace(TG_TABLE_NAME, 'rounds_', ''), format(weight, 'f'), format(said, 'f')) USING changed;
    RETURN NULL;
END $$;

DO $$
DECLARE tab text;
BEGIN
    FOREACH tab IN ARRAY ARRAY['rounds_account', 'rounds_lead', 'rounds_contact', 'rounds_opportunity'] LOOP
        EXECUTE format('CREATE TRIGGER words_added AFTER INSERT ON %I REFERENCING NEW TABLE AS fresh
                            FOR EACH STATEMENT EXECUTE FUNCTION rounds_keep_words()', tab);
        EXECUTE format('CREATE TRIGGER words_gone AFTER DELETE ON %I REFERENCING OLD TABLE AS gone
                            FOR EACH STATEMENT EXECUTE FUNCTION rounds_keep_words()', tab);
        EXECUTE format('CREATE TRIGGER words_changed AFTER UPDATE ON %I REFERENCING OLD TABLE AS gone NEW TABLE AS fresh
                            FOR EACH STATEMENT EXECUTE FUNCTION rounds_rekeep_words()', tab);
    END LOOP;
END $$;

-- Rows that hold every word said, each as a prefix (or one of its near spellings: `near` is one array of
-- alternatives a word, as JSON), among those the viewer may see. The rarest first word leads the way.
CREATE FUNCTION rounds_search(said jsonb, kinds text[], most integer)
RETURNS TABLE (kind text, object_id uuid, hits integer, weight integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    everything boolean := current_setting('rounds.sight', true) = 'all'
        OR (current_setting('rounds.sight', true) = 'system'
            AND coalesce(nullif(current_setting('role', true), 'none'), session_user) <> 'rounds_web');
    owners uuid[] := string_to_array(current_setting('rounds.owners', true), ',')::uuid[];
    teams uuid[] := string_to_array(current_setting('rounds.teams', true), ',')::uuid[];
    places text[] := string_to_array(current_setting('rounds.territories', true), ',');
    units uuid[] := string_to_array(current_setting('rounds.accounts', true), ',')::uuid[];
    whole text[] := string_to_array(coalesce(current_setting('rounds.whole', true), ''), ',');
    unread text[] := string_to_array(coalesce(current_setting('rounds.unread', true), ''), ',');
    hidden text[] := string_to_array(coalesce(current_setting('rounds.hidden', true), ''), ',');
    sql text := '';
    term jsonb;
    word text;
    ors text;
    n integer := 0;
BEGIN
    FOR term IN SELECT * FROM jsonb_array_elements(said) LOOP
        ors := '';
        FOR word IN SELECT * FROM jsonb_array_elements_text(term) LOOP
            ors := ors || CASE WHEN ors = '' THEN '' ELSE ' OR ' END
                || format('(w%1$s.word >= %2$L AND w%1$s.word < %3$L AND'
                    || ' (w%1$s.kept = '''' OR NOT w%1$s.kind || ''.'' || w%1$s.kept = ANY ($10)))', n, word, word || chr(1114111));
        END LOOP;
        IF n = 0 THEN
            sql := 'SELECT w0.kind, w0.object_id, min(w0.place)::int AS place, max(w0.weight) AS weight'
                || ' FROM rounds_searchword w0 WHERE (' || ors || ') AND w0.kind = ANY ($1)'
                || ' AND NOT w0.kind = ANY ($9) AND ($2 OR w0.kind = ANY ($8) OR w0.owner_id = ANY ($3) OR w0.team_id = ANY ($4) OR w0.territory = ANY ($5)'
                || ' OR w0.buying_unit_id = ANY ($6))';
        ELSE
            sql := sql || format(' AND EXISTS (SELECT 1 FROM rounds_searchword w%1$s'
                || ' WHERE w%1$s.object_id = w0.object_id AND (%2$s))', n, ors);
        END IF;
        n := n + 1;
        EXIT WHEN n = 6;
    END LOOP;
    IF n = 0 THEN
        RETURN;
    END IF;
    sql := 'SELECT f.kind, f.object_id, f.place, f.weight FROM (' || sql
        || ' GROUP BY w0.kind, w0.object_id) f ORDER BY f.place, f.weight DESC, f.object_id LIMIT $7';
    RETURN QUERY EXECUTE sql USING kinds, everything, owners, teams, places, units, most, whole, unread, hidden;
END $$;

-- The distinct words, for near spellings. Words alone name no record, and nobody is shown them.
CREATE FUNCTION rounds_vocabulary(first text) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT word FROM rounds_searchword
     WHERE word >= first AND word < first || chr(1114111) AND length(word) > 2
$$;
GRANT EXECUTE ON FUNCTION rounds_search(jsonb, text[], integer), rounds_vocabulary(text), rounds_words(text), rounds_bare(text) TO rounds_web, rounds_worker;
