-- A locked quarter is over: nobody calls, overrides or sets a quota of it any more (FORECAST, Unsaid: lock after quarter end).
CREATE FUNCTION rounds_quarter_is_open() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF current_user IN ('rounds_web', 'rounds_worker') AND EXISTS (SELECT 1 FROM rounds_forecastlock l WHERE l.starts_on = NEW.starts_on) THEN
        RAISE insufficient_privilege USING MESSAGE = 'that quarter is locked';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quarter_is_open BEFORE INSERT ON rounds_forecastcall FOR EACH ROW EXECUTE FUNCTION rounds_quarter_is_open();
CREATE TRIGGER quarter_is_open BEFORE INSERT OR UPDATE ON rounds_quota FOR EACH ROW EXECUTE FUNCTION rounds_quarter_is_open();
