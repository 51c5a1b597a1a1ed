-- A row that was merged into another is seen by whoever sees that one: its owner, team, territory and unit follow. Asked
-- once a statement; where nothing was ever merged it costs one look at an empty index.
CREATE FUNCTION rounds_merged_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM after_update) THEN
        RETURN NULL;
    END IF;
    EXECUTE format(
        'UPDATE %1$I m SET owner_id = n.owner_id, team_id = n.team_id, territory = n.territory, buying_unit_id = n.buying_unit_id'
        '  FROM after_update n WHERE m.merged_into_id = n.id AND m.merged_into_id IS NOT NULL'
        '   AND (m.owner_id, m.team_id, m.territory, m.buying_unit_id)'
        '       IS DISTINCT FROM (n.owner_id, n.team_id, n.territory, n.buying_unit_id)', TG_TABLE_NAME);
    RETURN NULL;
END $$;

CREATE TRIGGER merged_follow AFTER UPDATE ON rounds_account REFERENCING NEW TABLE AS after_update
    FOR EACH STATEMENT EXECUTE FUNCTION rounds_merged_follow();
CREATE TRIGGER merged_follow AFTER UPDATE ON rounds_contact REFERENCING NEW TABLE AS after_update
    FOR EACH STATEMENT EXECUTE FUNCTION rounds_merged_follow();
CREATE TRIGGER merged_follow AFTER UPDATE ON rounds_lead REFERENCING NEW TABLE AS after_update
    FOR EACH STATEMENT EXECUTE FUNCTION rounds_merged_follow();
