-- Legal holds, where nobody can walk round them: what is held is not deleted, nor moved away first, whoever asks and
-- however (COMPL-04).
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

-- The deals a hold reaches: with a held account, contact or lead.
CREATE FUNCTION rounds_held_deals() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH accounts AS MATERIALIZED (SELECT * FROM rounds_held_accounts() AS held (id)),
         lifted AS MATERIALIZED (SELECT kind, subject_id FROM rounds_legalhold WHERE lifted_at IS NULL AND kind IN ('contact', 'lead'))
    SELECT o.id FROM rounds_opportunity o
     WHERE o.account_id IN (SELECT id FROM accounts) OR o.buying_unit_id IN (SELECT id FROM accounts)
        OR o.lead_id IN (SELECT l.id FROM rounds_lead l JOIN accounts a ON a.id IN (l.account_id, l.buying_unit_id))
        OR o.contact_id IN (SELECT c.id FROM rounds_contact c JOIN accounts a ON a.id IN (c.account_id, c.buying_unit_id))
        OR o.lead_id IN (SELECT subject_id FROM lifted WHERE kind = 'lead') OR o.contact_id IN (SELECT subject_id FROM lifted WHERE kind = 'contact')
$$;

-- The contracts a hold reaches: their own, of a held account, about a held deal.
CREATE FUNCTION rounds_held_contracts() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT subject_id FROM rounds_legalhold WHERE lifted_at IS NULL AND kind = 'contract'
    UNION SELECT c.id FROM rounds_contract c WHERE c.account_id IN (SELECT rounds_held_accounts()) OR c.opportunity_id IN (SELECT rounds_held_deals())
$$;

-- Every held row by its kind: account, contact, lead, opportunity, contract, user. What is held altogether is not listed here.
CREATE FUNCTION rounds_held() RETURNS TABLE (kind text, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH accounts AS MATERIALIZED (SELECT * FROM rounds_held_accounts() AS held (id))
    SELECT h.kind, h.subject_id FROM rounds_legalhold h WHERE h.lifted_at IS NULL AND h.kind IN ('contact', 'lead', 'user')
    UNION SELECT 'account', a.id FROM accounts a
    UNION SELECT 'contact', c.id FROM rounds_contact c JOIN accounts a ON a.id IN (c.account_id, c.buying_unit_id)
    UNION SELECT 'lead', l.id FROM rounds_lead l JOIN accounts a ON a.id IN (l.account_id, l.buying_unit_id)
    UNION SELECT 'opportunity', d.id FROM rounds_held_deals() AS d (id)
    UNION SELECT 'contract', c.id FROM rounds_held_contracts() AS c (id)
$$;

CREATE FUNCTION rounds_is_held(which text, subject uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT rounds_all_held() OR EXISTS (SELECT 1 FROM rounds_held() h WHERE h.kind = which AND h.id = subject)
$$;

-- Refuses a statement that harms a held row. The first argument says which of the rows as they were (g) are held, the
-- second which of them it harms (none: all). Where a third stands, a hold on everything is not asked: it holds such a row
-- wherever it goes. With no open hold it costs one look at a small table.
CREATE FUNCTION rounds_refuse_held() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    hit boolean;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM rounds_legalhold WHERE lifted_at IS NULL) THEN
        RETURN NULL;
    END IF;
    EXECUTE 'SELECT EXISTS (SELECT 1 FROM gone g WHERE (' || coalesce(TG_ARGV[1], 'true') || ') AND ('
        || CASE WHEN TG_NARGS < 3 AND rounds_all_held() THEN 'true' ELSE TG_ARGV[0] END || '))' INTO hit;
    IF hit THEN
        RAISE insufficient_privilege USING MESSAGE = 'on legal hold: ' || TG_TABLE_NAME,
            HINT = 'Lift the hold first, if you may.';
    END IF;
    RETURN NULL;
END $$;

-- The same for one row that stands below a deal and is about to stand elsewhere.
CREATE FUNCTION rounds_refuse_held_deal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM rounds_legalhold WHERE lifted_at IS NULL)
       AND (rounds_all_held() OR EXISTS (SELECT 1 FROM rounds_held_deals() AS d (id) WHERE d.id = OLD.opportunity_id)) THEN
        RAISE insufficient_privilege USING MESSAGE = 'on legal hold: ' || TG_TABLE_NAME,
            HINT = 'Lift the hold first, if you may.';
    END IF;
    RETURN NEW;
END $$;

-- A condition on the row as it was (g) and as it is (f), for rows that are told by their key. Keys change nowhere.
CREATE FUNCTION rounds_changed(condition text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT format('EXISTS (SELECT 1 FROM fresh f WHERE f.id = g.id AND (%s))', condition)
$$;

-- Table by table: `held` says which rows are held; none of them is deleted (of the facts those that a person said: public
-- figures are loaded anew as always). What has no field history also stays as it was written: the columns `stays`, once
-- filled, among them where it belongs, so that nothing is moved away first, and its `words`, of which one that is empty, or waited for
-- a reviewer, may be filled.
DO $$
DECLARE
    accounts text := 'IN (SELECT rounds_held_accounts())';
    leads text := 'IN (SELECT h.id FROM rounds_held() h WHERE h.kind = ''lead'')';
    contacts text := 'IN (SELECT h.id FROM rounds_held() h WHERE h.kind = ''contact'')';
    t record;
    changes text;
BEGIN
    FOR t IN SELECT * FROM (VALUES
        ('account', 'g.id <accounts> OR g.parent_id <accounts> OR g.buying_unit_id <accounts>', 'true', NULL, NULL),
        ('contact', 'g.id <contacts> OR g.account_id <accounts> OR g.buying_unit_id <accounts>', 'true', NULL, NULL),
        ('lead', 'g.id <leads> OR g.account_id <accounts> OR g.buying_unit_id <accounts>', 'true', NULL, NULL),
        ('user', 'g.id IN (SELECT h.id FROM rounds_held() h WHERE h.kind = ''user'')', 'true', NULL, NULL),
        ('leadactivity', 'g.lead_id <leads> OR g.contact_id <contacts> OR g.account_id <accounts>', 'true',
            '{lead_id,account_id,contact_id,kind,direction,seniority,happened_at,external_id,at,by_kind,by_id,by_name}', '{subject,body}'),
        ('answer', 'g.lead_id <leads> OR g.heard_from_id <contacts> OR g.account_id <accounts>', 'true',
            '{lead_id,account_id,heard_from_id,model,criterion,level,at,by_kind,by_id,by_name}', '{reason}'),
        ('committeeseat', 'g.contact_id <contacts> OR g.account_id <accounts>', 'true', '{account_id,contact_id,role}', '{}'),
        ('accountchallenge', 'g.account_id <accounts>', 'true', '{account_id,tag}', '{}'),
        ('dealcontact', 'g.contact_id <contacts> OR g.opportunity_id IN (SELECT rounds_held_deals())', 'true', '{opportunity_id,contact_id}', '{}'),
        ('intelligence', 'g.account_id <accounts>', 'true',
            '{account_id,area,as_of,confidence,at,by_kind,by_id,by_name}', '{topic,text,source}'),
        ('task', 'g.lead_id <leads> OR g.contact_id <contacts> OR g.account_id <accounts>', 'true', '{lead_id,contact_id,account_id,opportunity_id}', '{}'),
        ('automationrun', 'g.lead_id <leads> OR g.account_id <accounts>', 'true', '{lead_id,account_id}', '{}'),
        ('automationstep', 'g.lead_id <leads> OR g.account_id <accounts>', 'true', '{lead_id,account_id,run_id}', '{}'),
        ('opportunity', 'g.lead_id <leads> OR g.contact_id <contacts> OR g.account_id <accounts> OR g.buying_unit_id <accounts>', 'true',
            '{account_id}', '{}'),
        ('contract', 'g.id IN (SELECT rounds_held_contracts()) OR g.account_id <accounts> OR g.opportunity_id IN (SELECT rounds_held_deals())', 'true',
            '{account_id,opportunity_id}', '{}'),
        ('customer', 'g.account_id <accounts> OR g.buying_unit_id <accounts>', 'true', '{account_id}', '{}'),
        ('term', 'g.customer_id IN (SELECT c.id FROM rounds_customer c WHERE c.account_id <accounts> OR c.buying_unit_id <accounts>)', 'true',
            '{customer_id}', '{}'),
        ('implementation', 'g.customer_id IN (SELECT c.id FROM rounds_customer c WHERE c.account_id <accounts> OR c.buying_unit_id <accounts>)', 'true',
            '{customer_id}', '{}'),
        ('projectdeal', 'g.customer_id IN (SELECT c.id FROM rounds_customer c WHERE c.account_id <accounts> OR c.buying_unit_id <accounts>)', 'true',
            '{customer_id}', '{}'),
        ('projectphase', 'g.customer_id IN (SELECT c.id FROM rounds_customer c WHERE c.account_id <accounts> OR c.buying_unit_id <accounts>)', 'true',
            '{customer_id}', '{}'),
        ('projectstep', 'g.customer_id IN (SELECT c.id FROM rounds_customer c WHERE c.account_id <accounts> OR c.buying_unit_id <accounts>)', 'true',
            '{customer_id}', '{}'),
        ('successreading', 'g.customer_id IN (SELECT c.id FROM rounds_customer c WHERE c.account_id <accounts> OR c.buying_unit_id <accounts>)', 'true',
            '{customer_id,metric,as_of,at,by_kind,by_id,by_name}', '{evidence,url}'),
        ('customerissue', 'g.customer_id IN (SELECT c.id FROM rounds_customer c WHERE c.account_id <accounts> OR c.buying_unit_id <accounts>)', 'true',
            '{customer_id}', '{}'),
        ('outcomerecord', 'g.customer_id IN (SELECT c.id FROM rounds_customer c WHERE c.account_id <accounts> OR c.buying_unit_id <accounts>)', 'true',
            '{customer_id,metric,baseline,current,people,at,by_kind,by_id,by_name}', '{evidence}'),
        ('reference', 'g.customer_id IN (SELECT c.id FROM rounds_customer c WHERE c.account_id <accounts> OR c.buying_unit_id <accounts>)', 'true',
            '{customer_id}', '{}'),
        ('expansion', 'g.customer_id IN (SELECT c.id FROM rounds_customer c WHERE c.account_id <accounts> OR c.buying_unit_id <accounts>)', 'true',
            '{customer_id}', '{}'),
        ('survey', 'g.customer_id IN (SELECT c.id FROM rounds_customer c WHERE c.account_id <accounts> OR c.buying_unit_id <accounts>)', 'true',
            '{customer_id}', '{}'),
        ('surveyinvitation', 'g.customer_id IN (SELECT c.id FROM rounds_customer c WHERE c.account_id <accounts> OR c.buying_unit_id <accounts>) OR g.contact_id <contacts>', 'true',
            '{customer_id}', '{}'),
        ('assignment', 'g.lead_id <leads>', 'true', '{lead_id,cause,at}', '{}'),
        ('portalinvitation', 'g.lead_id <leads>', 'true', '{lead_id}', '{}'),
        ('merge', 'g.account_id <accounts> OR g.other_account_id <accounts> OR g.lead_id <leads> OR g.other_lead_id <leads>'
                  ' OR g.contact_id <contacts> OR g.other_contact_id <contacts>', 'true',
            '{noun,account_id,other_account_id,contact_id,other_contact_id,lead_id,other_lead_id}', '{}'),
        ('thread', 'g.lead_id <leads> OR g.account_id <accounts> OR g.opportunity_id IN (SELECT rounds_held_deals())', 'true',
            '{lead_id,account_id,opportunity_id}', '{subject}'),
        ('message', 'g.lead_id <leads> OR g.contact_id <contacts> OR g.account_id <accounts> OR g.opportunity_id IN (SELECT rounds_held_deals())', 'true',
            '{thread_id,lead_id,account_id,contact_id,opportunity_id,message_id,direction,at}', '{subject,text}'),
        ('enrolment', 'g.lead_id <leads> OR g.contact_id <contacts> OR g.account_id <accounts> OR g.opportunity_id IN (SELECT rounds_held_deals())', 'true',
            '{lead_id,account_id,contact_id,opportunity_id,sequence,at}', '{}'),
        ('enrolmentstep', 'g.lead_id <leads> OR g.account_id <accounts> OR g.opportunity_id IN (SELECT rounds_held_deals())', 'true',
            '{enrolment_id,lead_id,account_id,opportunity_id}', '{}'),
        ('meeting', 'g.lead_id <leads> OR g.contact_id <contacts> OR g.account_id <accounts> OR g.opportunity_id IN (SELECT rounds_held_deals())', 'true',
            '{lead_id,account_id,contact_id,opportunity_id}', '{}'),
        ('delivery', 'g.lead_id <leads>', 'true', '{lead_id}', '{}'),
        ('accountfact', 'g.account_id <accounts>', 'g.human', '{account_id,key,source,human}', '{}')
    ) guarded (name, held, goes, stays, words) LOOP
        t.held := replace(replace(replace(t.held, '<accounts>', accounts), '<leads>', leads), '<contacts>', contacts);
        EXECUTE format('CREATE TRIGGER held_stays AFTER DELETE ON %I REFERENCING OLD TABLE AS gone FOR EACH STATEMENT'
            ' EXECUTE FUNCTION rounds_refuse_held(%L, %L)', 'rounds_' || t.name, t.held, t.goes);
        IF t.stays IS NOT NULL THEN
            SELECT string_agg(format('g.%1$I IS NOT NULL AND f.%1$I IS DISTINCT FROM g.%1$I', c), ' OR ') INTO changes FROM unnest(t.stays::text[]) c;
            SELECT concat_ws(' OR ', changes, string_agg(format('f.%1$I <> g.%1$I AND g.%1$I NOT IN (%2$L, %3$L)', c, '', 'Held for review'), ' OR '))
              INTO changes FROM unnest(t.words::text[]) c;
            EXECUTE format('CREATE TRIGGER held_place_stays AFTER UPDATE ON %I REFERENCING OLD TABLE AS gone NEW TABLE AS fresh'
                ' FOR EACH STATEMENT EXECUTE FUNCTION rounds_refuse_held(%L, %L)', 'rounds_' || t.name, t.held, rounds_changed(changes));
        END IF;
    END LOOP;

    -- What else stands below a contract, then below a deal (its column contract_id or opportunity_id) stays there while
    -- that is held. One that points at an account, a contact or a lead as well may say more above.
    FOR t IN SELECT c.relname AS name, below.col, below.held
               FROM (VALUES (1, 'contract_id', 'rounds_held_contracts()'), (2, 'opportunity_id', 'rounds_held_deals()')) below (place, col, held)
               JOIN pg_attribute a ON a.attname = below.col AND NOT a.attisdropped
               JOIN pg_class c ON c.oid = a.attrelid
              WHERE c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'rounds\_%' AND c.relkind = 'r' AND NOT c.relispartition
                AND c.relname !~ 'history$' AND NOT EXISTS (SELECT 1 FROM pg_trigger g WHERE g.tgrelid = c.oid AND g.tgname = 'held_stays')
                AND NOT (below.place = 2 AND EXISTS (SELECT 1 FROM pg_attribute o WHERE o.attrelid = c.oid AND o.attname = 'contract_id' AND NOT o.attisdropped))
              ORDER BY below.place, c.relname LOOP
        t.held := format('g.%I IN (SELECT %s)', t.col, t.held);
        changes := format('g.%1$I IS NOT NULL AND f.%1$I IS DISTINCT FROM g.%1$I', t.col);
        EXECUTE format('CREATE TRIGGER held_stays AFTER DELETE ON %I REFERENCING OLD TABLE AS gone FOR EACH STATEMENT'
            ' EXECUTE FUNCTION rounds_refuse_held(%L, %L)', t.name, t.held, 'true');
        -- A staged row of a file is rewritten four times: where it belongs is asked of the rows that move, and no copy of each is kept.
        CONTINUE WHEN t.name = 'rounds_importrow';
        EXECUTE format('CREATE TRIGGER held_place_stays AFTER UPDATE ON %I REFERENCING OLD TABLE AS gone NEW TABLE AS fresh'
            ' FOR EACH STATEMENT EXECUTE FUNCTION rounds_refuse_held(%L, %L)', t.name, t.held, rounds_changed(changes));
    END LOOP;

    CREATE TRIGGER held_place_stays BEFORE UPDATE ON rounds_importrow FOR EACH ROW
        WHEN (OLD.opportunity_id IS NOT NULL AND NEW.opportunity_id IS DISTINCT FROM OLD.opportunity_id) EXECUTE FUNCTION rounds_refuse_held_deal();

    -- Accounts, contacts and leads have a field history, and go on being changed. But where they belong stays while the
    -- hold is their own or comes from there. A unit only follows: it stays where the hold comes from it.
    FOR t IN SELECT * FROM (VALUES ('account', 'parent_id'), ('contact', 'account_id'), ('lead', 'account_id')) placed (name, parent) LOOP
        changes := format('f.%1$I <> g.%1$I OR f.%1$I IS NULL AND g.%1$I IS NOT NULL', t.parent);
        changes := format('(%1$s) AND (g.%2$I %3$s OR g.id IN (SELECT h.subject_id FROM rounds_legalhold h WHERE h.lifted_at IS NULL AND h.kind = %4$L))'
            ' OR f.buying_unit_id IS DISTINCT FROM g.buying_unit_id AND g.buying_unit_id %3$s', changes, t.parent, accounts, t.name);
        EXECUTE format('CREATE TRIGGER held_place_stays AFTER UPDATE ON %I REFERENCING OLD TABLE AS gone NEW TABLE AS fresh'
            ' FOR EACH STATEMENT EXECUTE FUNCTION rounds_refuse_held(%L, %L, %L)', 'rounds_' || t.name, rounds_changed(changes), 'true', 'own');
    END LOOP;
END $$;

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
GRANT EXECUTE ON FUNCTION rounds_is_held(text, uuid), rounds_held(), rounds_held_accounts(), rounds_all_held() TO rounds_web, rounds_worker;
