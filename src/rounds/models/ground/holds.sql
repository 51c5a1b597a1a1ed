-- Legal holds, where nobody can walk round them: what is held is not deleted, whoever asks and however (COMPL-04).
-- A hold on an account holds everything below it: its hospitals, contacts, leads and what stands below those.
CREATE FUNCTION rounds_all_held() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM rounds_legalhold WHERE lifted_at IS NULL AND kind = 'everything')
$$;

CREATE FUNCTION rounds_held_accounts() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH RECURSIVE held AS (
        SELECT subject_id AS id FROM rounds_legalhold WHERE lifted_at IS NULL AND kind = 'account'
        UNION
        SELECT below.id FROM rounds_account below JOIN held ON below.parent_id = held.id OR below.buying_unit_id = held.id
    ) SELECT id FROM held
$$;

-- Every held row by its kind: account, contact, lead, user. What is held altogether is not listed here.
CREATE FUNCTION rounds_held() RETURNS TABLE (kind text, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH accounts AS MATERIALIZED (SELECT * FROM rounds_held_accounts() AS held (id))
    SELECT h.kind, h.subject_id FROM rounds_legalhold h WHERE h.lifted_at IS NULL AND h.kind IN ('contact', 'lead', 'user')
    UNION SELECT 'account', a.id FROM accounts a
    UNION SELECT 'contact', c.id FROM rounds_contact c JOIN accounts a ON a.id IN (c.account_id, c.buying_unit_id)
    UNION SELECT 'lead', l.id FROM rounds_lead l JOIN accounts a ON a.id IN (l.account_id, l.buying_unit_id)
$$;

CREATE FUNCTION rounds_is_held(which text, subject uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT rounds_all_held() OR EXISTS (SELECT 1 FROM rounds_held() h WHERE h.kind = which AND h.id = subject)
$$;

-- Refuses a statement that takes away a held row. Its argument says which of the rows that went (g) are held, a
-- second one which of them count at all.
-- With no open hold it costs one look at a small table.
CREATE FUNCTION rounds_refuse_held() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    hit boolean;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM rounds_legalhold WHERE lifted_at IS NULL) THEN
        RETURN NULL;
    END IF;
    EXECUTE 'SELECT EXISTS (SELECT 1 FROM gone g WHERE (' || coalesce(TG_ARGV[1], 'true')
        || ') AND (rounds_all_held() OR ' || TG_ARGV[0] || '))' INTO hit;
    IF hit THEN
        RAISE insufficient_privilege USING MESSAGE = 'on legal hold: ' || TG_TABLE_NAME,
            HINT = 'Lift the hold first, if you may.';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER held_stays AFTER DELETE ON rounds_account REFERENCING OLD TABLE AS gone FOR EACH STATEMENT
    EXECUTE FUNCTION rounds_refuse_held('g.id IN (SELECT rounds_held_accounts()) OR g.parent_id IN (SELECT rounds_held_accounts()) OR g.buying_unit_id IN (SELECT rounds_held_accounts())');
CREATE TRIGGER held_stays AFTER DELETE ON rounds_contact REFERENCING OLD TABLE AS gone FOR EACH STATEMENT
    EXECUTE FUNCTION rounds_refuse_held('g.id IN (SELECT id FROM rounds_held() WHERE kind = ''contact'') OR g.account_id IN (SELECT rounds_held_accounts()) OR g.buying_unit_id IN (SELECT rounds_held_accounts())');
CREATE TRIGGER held_stays AFTER DELETE ON rounds_lead REFERENCING OLD TABLE AS gone FOR EACH STATEMENT
    EXECUTE FUNCTION rounds_refuse_held('g.id IN (SELECT id FROM rounds_held() WHERE kind = ''lead'') OR g.account_id IN (SELECT rounds_held_accounts()) OR g.buying_unit_id IN (SELECT rounds_held_accounts())');
CREATE TRIGGER held_stays AFTER DELETE ON rounds_user REFERENCING OLD TABLE AS gone FOR EACH STATEMENT
    EXECUTE FUNCTION rounds_refuse_held('g.id IN (SELECT id FROM rounds_held() WHERE kind = ''user'')');
CREATE TRIGGER held_stays AFTER DELETE ON rounds_leadactivity REFERENCING OLD TABLE AS gone FOR EACH STATEMENT
    EXECUTE FUNCTION rounds_refuse_held('(g.lead_id, ''lead'') IN (SELECT id, kind FROM rounds_held()) OR (g.contact_id, ''contact'') IN (SELECT id, kind FROM rounds_held()) OR g.account_id IN (SELECT rounds_held_accounts())');
CREATE TRIGGER held_stays AFTER DELETE ON rounds_answer REFERENCING OLD TABLE AS gone FOR EACH STATEMENT
    EXECUTE FUNCTION rounds_refuse_held('(g.lead_id, ''lead'') IN (SELECT id, kind FROM rounds_held()) OR g.account_id IN (SELECT rounds_held_accounts())');
CREATE TRIGGER held_stays AFTER DELETE ON rounds_committeeseat REFERENCING OLD TABLE AS gone FOR EACH STATEMENT
    EXECUTE FUNCTION rounds_refuse_held('(g.contact_id, ''contact'') IN (SELECT id, kind FROM rounds_held()) OR g.account_id IN (SELECT rounds_held_accounts())');
CREATE TRIGGER held_stays AFTER DELETE ON rounds_intelligence REFERENCING OLD TABLE AS gone FOR EACH STATEMENT
    EXECUTE FUNCTION rounds_refuse_held('g.account_id IN (SELECT rounds_held_accounts())');

-- The words of an activity have no field history: under a hold they are not written over either.
CREATE TRIGGER held_words_stay AFTER UPDATE ON rounds_leadactivity REFERENCING OLD TABLE AS gone NEW TABLE AS fresh
    FOR EACH STATEMENT
    EXECUTE FUNCTION rounds_refuse_held('(g.lead_id, ''lead'') IN (SELECT id, kind FROM rounds_held()) OR (g.contact_id, ''contact'') IN (SELECT id, kind FROM rounds_held()) OR g.account_id IN (SELECT rounds_held_accounts())',
        'EXISTS (SELECT 1 FROM fresh f WHERE f.id = g.id AND (f.subject, f.body) IS DISTINCT FROM (g.subject, g.body))');

-- A hold is set as it is, lifted once, and says why.
CREATE FUNCTION rounds_keep_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(NEW) - ARRAY['lifted_at', 'lifted_by', 'lifted_why']) IS DISTINCT FROM
       (to_jsonb(OLD) - ARRAY['lifted_at', 'lifted_by', 'lifted_why']) OR OLD.lifted_at IS NOT NULL
       OR NEW.lifted_at IS NULL OR NEW.lifted_why = '' OR NEW.lifted_at < now() - interval '1 day' THEN
        RAISE insufficient_privilege USING MESSAGE = 'a legal hold is lifted once, with its reason, and not rewritten';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_hold BEFORE UPDATE ON rounds_legalhold FOR EACH ROW EXECUTE FUNCTION rounds_keep_hold();

-- Lifting leaves its entry in the audit trail, or is undone when the transaction ends.
CREATE FUNCTION rounds_lifting_is_noted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM rounds_auditentry WHERE verb = 'hold.lift' AND subject_id = NEW.id AND chain = 'write') THEN
        RAISE insufficient_privilege USING MESSAGE = 'a legal hold is lifted with an entry in the audit trail';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER lifting_is_noted AFTER UPDATE ON rounds_legalhold
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rounds_lifting_is_noted();
GRANT EXECUTE ON FUNCTION rounds_is_held(text, uuid), rounds_held(), rounds_all_held() TO rounds_web, rounds_worker;
