-- Telling people: what is unread of the same kind and group is told together. A person's notifications are theirs alone,
-- so whoever tells them does not see what lies there already: this looks for them, and answers ids alone.
CREATE FUNCTION rounds_notify(said jsonb) RETURNS SETOF uuid
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO rounds_notification AS n (id, user_id, kind, title, url, body, "group", count, lead_id, account_id, subject_id,
                                          by_name, how, at, mail_at)
    SELECT r.id, r."user", r.kind, r.title, r.url, r.body, r."group", r.count, r.lead, r.account, r.subject, r.by_name, r.how, r.at, r.mail_at
      FROM jsonb_to_recordset(said) AS r (id uuid, "user" uuid, kind text, title text, url text, body text, "group" text,
           count int, lead uuid, account uuid, subject uuid, by_name text, how text, at timestamptz, mail_at timestamptz)
     ORDER BY r."user"  -- two who tell the same people take the rows in one order
    ON CONFLICT (user_id, kind, "group") WHERE read_at IS NULL AND NOT ("group" = '') DO UPDATE
       SET count = n.count + excluded.count, title = excluded.title, url = excluded.url, body = excluded.body,
           lead_id = CASE WHEN n.lead_id = excluded.lead_id THEN n.lead_id END,
           account_id = CASE WHEN n.account_id = excluded.account_id THEN n.account_id END,
           subject_id = CASE WHEN n.subject_id = excluded.subject_id THEN n.subject_id END,
           by_name = excluded.by_name, how = excluded.how, at = excluded.at, mail_at = excluded.mail_at, mailed_at = NULL
    RETURNING n.id
$$;
GRANT EXECUTE ON FUNCTION rounds_notify(jsonb) TO rounds_web, rounds_worker;
