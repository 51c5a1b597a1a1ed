-- The buying units a set of people own: what a viewer's sight begins with, asked before row security can be.
CREATE FUNCTION rounds_units_of(owners uuid[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM rounds_account WHERE owner_id = ANY (owners) AND is_unit
$$;

-- What the portal tells a customer of themselves: all they see of the company's records. It asks who looks, so that it
-- answers nobody about somebody else.
CREATE FUNCTION rounds_portal_of() RETURNS TABLE (organization text, cares text, cares_mail text, unit uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.name, o.name, o.email, coalesce(a.buying_unit_id, a.id)
      FROM rounds_user u
      JOIN rounds_account a ON a.id = u.portal_account_id
      LEFT JOIN rounds_account unit ON unit.id = a.buying_unit_id
      LEFT JOIN rounds_user o ON o.id = coalesce(a.owner_id, unit.owner_id) AND o.is_active
     WHERE u.id = nullif(current_setting('rounds.viewer', true), '')::uuid AND u.is_active
$$;
GRANT EXECUTE ON FUNCTION rounds_units_of(uuid[]), rounds_portal_of() TO rounds_web, rounds_worker;
