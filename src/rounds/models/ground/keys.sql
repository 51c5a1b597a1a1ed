-- Sealed columns (rounds.models.sealed) carry the comment 'sealed'; `rounds migrate` writes it. Open text in one is
-- refused whoever writes it: a bulk load or a hand-written UPDATE cannot leave a telephone number lying open.
CREATE FUNCTION rounds_only_sealed(which text, col text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text := which || '_' || col || '_sealed';
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = which::regclass AND conname = name) THEN
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (%I IS NULL OR %I = '''' OR %I ~ ''^sealed:[^:]+:'')',
                       which, name, col, col, col);
    END IF;
END $$;

-- Puts values sealed anew in the place of the same values under an older key, also in field history, which nobody
-- else may change; field history does not notice, because nothing was said anew. What it refuses:
-- a column that is not sealed · no rotation going on · a value not sealed, or not under the key of that rotation ·
-- a value that stands under that key already (each is replaced once) · another length (the same text, sealed again,
-- is as long as before). A value that changed meanwhile is left alone. Answers how many were replaced.
CREATE FUNCTION rounds_reseal(which text, col text, ids text[], old text[], new text[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    tab regclass := to_regclass(quote_ident(which));
    shape text := '^sealed:[A-Za-z0-9_-]+:[A-Za-z0-9+/]{38,}={0,2}$';
    target text;
    pk text;
    kind text;
    before text := coalesce(nullif(current_setting('pgtrigger.ignore', true), ''), '{}');
    replaced integer;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = tab AND a.attname = col AND NOT a.attisdropped
                      AND col_description(tab, a.attnum) = 'sealed') THEN
        RAISE insufficient_privilege USING MESSAGE = 'only a sealed column is sealed again';
    END IF;
    SELECT r.key INTO target FROM rounds_keyrotation r WHERE r.finished_at IS NULL AND r.key NOT LIKE 'blind%'
     ORDER BY r.at DESC LIMIT 1;
    IF target IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'no key rotation is going on';
    END IF;
    IF cardinality(ids) IS DISTINCT FROM cardinality(old) OR cardinality(old) IS DISTINCT FROM cardinality(new)
       OR EXISTS (SELECT 1 FROM unnest(old, new) AS p(o, n)
                   WHERE (o ~ shape AND n ~ shape AND split_part(n, ':', 2) = target AND split_part(o, ':', 2) <> target
                          AND length(split_part(o, ':', 3)) = length(split_part(n, ':', 3))) IS NOT TRUE) THEN
        RAISE insufficient_privilege USING MESSAGE = 'a sealed text is replaced only by the same one under the new key';
    END IF;
    SELECT a.attname, format_type(a.atttypid, a.atttypmod) INTO pk, kind
      FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
     WHERE i.indrelid = tab AND i.indisprimary;
    PERFORM set_config('pgtrigger.ignore', coalesce((SELECT array_agg(tgname)::text FROM pg_trigger
                        WHERE tgrelid = tab AND tgname LIKE 'pgtrigger\_%'), '{}'), true);
    EXECUTE format('UPDATE %s t SET %I = p.new FROM unnest($1, $2, $3) AS p(id, old, new)
                     WHERE t.%I = p.id::%s AND t.%I = p.old', tab, col, pk, kind, col) USING ids, old, new;
    GET DIAGNOSTICS replaced = ROW_COUNT;
    PERFORM set_config('pgtrigger.ignore', before, true);
    RETURN replaced;
END $$;
GRANT EXECUTE ON FUNCTION rounds_reseal(text, text, text[], text[], text[]) TO rounds_worker;

-- A rotation is evidence: begun by the worker alone, never forgotten, and once finished never opened again.
CREATE FUNCTION rounds_keep_rotation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'rounds_web' OR current_user = 'rounds_worker' AND (TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND (
           OLD.finished_at IS NOT NULL
           OR ROW(OLD.id, OLD.key, OLD.at, OLD.by_kind, OLD.by_id, OLD.by_name)
              IS DISTINCT FROM ROW(NEW.id, NEW.key, NEW.at, NEW.by_kind, NEW.by_id, NEW.by_name))) THEN
        RAISE insufficient_privilege USING MESSAGE = 'a key rotation is not rewritten';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER keep_rotation BEFORE INSERT OR UPDATE OR DELETE ON rounds_keyrotation
    FOR EACH ROW EXECUTE FUNCTION rounds_keep_rotation();
