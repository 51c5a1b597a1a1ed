-- The buying units a set of people own: what a viewer's sight begins with, asked before row security can be.
CREATE FUNCTION rounds_units_of(owners uuid[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT id FROM rounds_account WHERE owner_id = ANY (owners) AND is_unit
$$;
