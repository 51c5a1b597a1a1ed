-- The chain. An entry of the write chain is sealed when its transaction commits (a deferred trigger), so the
-- chain's lock is the last thing taken and held for milliseconds. Reads are sealed by rounds_seal_reads().
-- What is sealed of an entry: its columns parted by the unit separator, which is taken out of the words, so that no
-- word can pass for two columns. STABLE, as its body is: then it is unfolded into the query that counts a chain again.
CREATE FUNCTION rounds_entry_text(entry rounds_auditentry) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT concat_ws(E'\x1f', entry.id, extract(epoch FROM entry.at), entry.by_kind, coalesce(entry.by_id::text, ''),
                     translate(entry.by_name, E'\x1f', ''), entry.chain, translate(entry.verb, E'\x1f', ''),
                     translate(entry.subject_kind, E'\x1f', ''), coalesce(entry.subject_id::text, ''),
                     translate(entry.scope_hash, E'\x1f', ''), entry.detail::text)
$$;

-- Called by the two below, which act as the owner; nobody else may.
CREATE FUNCTION rounds_seal(entry rounds_auditentry) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    last_seq bigint;
    last_digest bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('rounds.audit.' || entry.chain));
    SELECT seq, digest INTO last_seq, last_digest FROM rounds_auditseal
     WHERE chain = entry.chain ORDER BY seq DESC LIMIT 1;
    last_digest := coalesce(last_digest, sha256(convert_to('rounds ' || entry.chain, 'UTF8')));
    INSERT INTO rounds_auditseal (id, chain, seq, entry_at, previous, digest, sealed_at)
    VALUES (entry.id, entry.chain, coalesce(last_seq, 0) + 1, entry.at, last_digest,
            sha256(last_digest || convert_to(rounds_entry_text(entry), 'UTF8')), clock_timestamp());
END $$;

CREATE FUNCTION rounds_seal_write() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM rounds_seal(NEW);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER seal_write AFTER INSERT ON rounds_auditentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.chain = 'write')
    EXECUTE FUNCTION rounds_seal_write();

-- Seals the reads noted since `since`: the worker looks at the last days every few seconds, at everything once.
CREATE FUNCTION rounds_seal_reads(since timestamptz DEFAULT '-infinity') RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    entry rounds_auditentry;
    sealed integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('rounds.audit.read'));
    FOR entry IN
        SELECT e.* FROM rounds_auditentry e
         WHERE e.chain = 'read' AND e.at >= since AND NOT EXISTS (SELECT 1 FROM rounds_auditseal s WHERE s.id = e.id)
           -- An id that was written twice (nothing of ours does) is sealed once and stops nothing.
           AND NOT EXISTS (SELECT 1 FROM rounds_auditentry twin WHERE twin.id = e.id AND twin.at < e.at)
         ORDER BY e.at, e.id
    LOOP
        PERFORM rounds_seal(entry);
        sealed := sealed + 1;
    END LOOP;
    RETURN sealed;
END $$;

-- For whoever has nothing but SQL (`rounds audit verify` says more, and in stretches). One row a chain: how many links hold, the first that does not (null = all hold), and how many entries of the
-- chain have no seal yet.
CREATE FUNCTION rounds_verify_chain(which text)
RETURNS TABLE (links bigint, broken_at bigint, unsealed bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH chain AS (
        SELECT s.seq, s.digest, s.previous, lag(s.digest) OVER (ORDER BY s.seq) AS expected,
               lag(s.seq) OVER (ORDER BY s.seq) AS before, e.id AS entry_id,
               CASE WHEN e.id IS NOT NULL
                    THEN sha256(s.previous || convert_to(rounds_entry_text(e), 'UTF8')) END AS counted
          FROM rounds_auditseal s
          LEFT JOIN rounds_auditentry e ON e.id = s.id AND e.at = s.entry_at AND e.chain = s.chain
         WHERE s.chain = which
    )
    SELECT (SELECT count(*) FROM chain),
           (SELECT min(seq) FROM chain
             WHERE entry_id IS NULL OR digest <> counted
                OR previous <> coalesce(expected, sha256(convert_to('rounds ' || which, 'UTF8')))
                OR seq <> coalesce(before, 0) + 1),
           (SELECT count(*) FROM rounds_auditentry e
             WHERE (e.chain = which OR which = 'write' AND e.chain <> 'read') AND NOT EXISTS (
                   SELECT 1 FROM rounds_auditseal s WHERE s.id = e.id AND s.entry_at = e.at AND s.chain = e.chain))
$$;

GRANT EXECUTE ON FUNCTION rounds_entry_text(rounds_auditentry), rounds_seal_reads(timestamptz), rounds_verify_chain(text)
    TO rounds_web, rounds_worker;

-- Field history points at a context that names who acted. It is written once: pghistory's own insert may say the
-- same again, and needs the right to update for it, so the refusal stands here.
CREATE FUNCTION rounds_keep_context() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = 'who acted is not rewritten';
END $$;
CREATE TRIGGER keep_context BEFORE UPDATE ON pghistory_context
    FOR EACH ROW EXECUTE FUNCTION rounds_keep_context();
