-- What routing reads in one step, whoever takes the lead in: a choice must not hang on what its viewer may see. Nothing
-- of a lead is told but how many weigh how much.

-- Everybody leads are given to, with what they carry, when they were given the last, how many since `since`, and until when
-- they are away by their own calendar. Of one segment's teams, one team and one person; all where `segment` is NULL.
-- Counted in the index alone, and no further than the fullest is full.
CREATE FUNCTION rounds_pool(seats text[], of_segment text, of_team uuid, and_user uuid, moment timestamptz, closed text[],
                            weights jsonb, most integer, since timestamptz)
RETURNS TABLE (id uuid, name text, role text, team_id uuid, territories text[], capacity integer, zone text,
               active boolean, away date, load bigint, last timestamptz, given bigint, team text, segment text,
               manager uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.id, u.name, u.role, u.team_id, u.territories, u.capacity, u.time_zone, u.is_active, a.until,
           l.weight, s.last, g.given, t.name, t.segment, t.manager_id
      FROM rounds_user u
      LEFT JOIN rounds_team t ON t.id = u.team_id AND t.ended_at IS NULL
      LEFT JOIN LATERAL (SELECT max(last_day) AS until FROM rounds_absence x
                          WHERE x.user_id = u.id AND x.withdrawn_at IS NULL
                            AND (moment AT TIME ZONE u.time_zone)::date BETWEEN x.first_day AND x.last_day) a ON true
      LEFT JOIN LATERAL (SELECT coalesce(sum((weights ->> b.driving_band)::bigint * b.many), 0)::bigint AS weight
                           FROM (SELECT c.driving_band, count(*) AS many
                                   FROM (SELECT driving_band FROM rounds_lead
                                          WHERE owner_id = u.id AND status <> ALL (closed)
                                          LIMIT coalesce(u.capacity, most)) c
                                  GROUP BY c.driving_band) b) l ON true
      LEFT JOIN LATERAL (SELECT max(at) AS last FROM rounds_assignment y WHERE y.owner_id = u.id) s ON true
      LEFT JOIN LATERAL (SELECT count(*) AS given FROM rounds_assignment z
                          WHERE since IS NOT NULL AND z.owner_id = u.id AND z.at >= since) g ON true
     WHERE (u.is_active AND u.role = ANY (seats) AND t.id IS NOT NULL
            AND (of_segment IS NULL OR t.segment = of_segment OR t.id = of_team))
        OR u.id = and_user
$$;

-- Whose an account is: its owner and team, or those of the nearest account above it that has one, or of its buying unit.
CREATE FUNCTION rounds_keeper_of(account uuid) RETURNS TABLE (owner_id uuid, team_id uuid, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH RECURSIVE up AS (
        SELECT a.id, a.parent_id, a.buying_unit_id, a.owner_id, a.team_id, a.name, 0 AS far
          FROM rounds_account a WHERE a.id = account
        UNION ALL
        SELECT p.id, p.parent_id, p.buying_unit_id, p.owner_id, p.team_id, p.name, up.far + 1
          FROM up JOIN rounds_account p ON p.id = up.parent_id WHERE up.far < 12
    ), chain AS (
        SELECT owner_id, team_id, name, far FROM up
        UNION ALL
        SELECT u.owner_id, u.team_id, u.name, 99 FROM up JOIN rounds_account u ON u.id = up.buying_unit_id WHERE up.far = 0
    )
    SELECT owner_id, team_id, name FROM chain WHERE owner_id IS NOT NULL OR team_id IS NOT NULL ORDER BY far LIMIT 1
$$;

-- The first of `ranked` whom nobody else is giving a lead at this moment, held until the transaction ends, and what they
-- carry now. Nobody ever waits here, so nothing can be locked crosswise: where all are taken, the first is the answer.
CREATE FUNCTION rounds_take_turn(ranked uuid[], closed text[], weights jsonb) RETURNS TABLE (id uuid, load bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE one uuid; taken uuid := ranked[1];
BEGIN
    FOREACH one IN ARRAY ranked LOOP
        IF pg_try_advisory_xact_lock(hashtextextended('rounds.assign:' || one, 0)) THEN
            taken := one;
            EXIT;
        END IF;
    END LOOP;
    -- A statement of its own: it sees what was committed before the turn was taken.
    RETURN QUERY
        SELECT taken, coalesce(sum((weights ->> b.driving_band)::bigint * b.many), 0)::bigint
          FROM (SELECT l.driving_band, count(*) AS many FROM rounds_lead l
                 WHERE l.owner_id = taken AND l.status <> ALL (closed) GROUP BY l.driving_band) b;
END $$;
GRANT EXECUTE ON FUNCTION rounds_pool(text[], text, uuid, uuid, timestamptz, text[], jsonb, integer, timestamptz), rounds_keeper_of(uuid), rounds_take_turn(uuid[], text[], jsonb)
    TO rounds_web, rounds_worker;
