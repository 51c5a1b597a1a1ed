-- The criteria of a proof of concept are locked from its kickoff on: a change is a new version, agreed by both parties
-- (PLUS-26, POC-03). What the owner does (erasing a person, retention) is no change of what was agreed.
CREATE FUNCTION rounds_criteria_stay() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    old_row rounds_poccriterion;
    locked boolean;
BEGIN
    IF current_user NOT IN ('rounds_web', 'rounds_worker') THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    old_row := CASE WHEN TG_OP = 'INSERT' THEN NEW ELSE OLD END;
    SELECT p.kickoff_on IS NOT NULL AND old_row.version <= p.version INTO locked FROM rounds_poc p WHERE p.id = old_row.poc_id;
    IF locked THEN
        RAISE insufficient_privilege USING MESSAGE = 'criteria are locked from the kickoff on';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER criteria_stay BEFORE INSERT OR UPDATE OR DELETE ON rounds_poccriterion
    FOR EACH ROW EXECUTE FUNCTION rounds_criteria_stay();
