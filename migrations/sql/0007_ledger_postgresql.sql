-- The ledger's functions as of revision 0007: a correction takes back what is there and no more;
-- accounts and holds carry a digest. The functions that are not here stand as in 0002.

CREATE FUNCTION ledger_digest(content jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
-- SHA-256 of a JSON text, as portal.points.ledger.digests makes it.
    SELECT encode(sha256(convert_to(content::text, 'UTF8')), 'hex')
$$;
--;;
CREATE FUNCTION ledger_instant(moment timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
-- An instant as it stands in digests.
    SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;
--;;
CREATE FUNCTION ledger_hold_digest(
    hold ledger_hold, status text, closed_at timestamptz, transaction_id text
) RETURNS text LANGUAGE sql STABLE AS $$
-- The digest of a hold as it is to be.
    SELECT ledger_digest(jsonb_build_array(
        hold.id, hold.account_id, hold.amount, hold.key, ledger_instant(hold.created_at),
        status, ledger_instant(closed_at), transaction_id
    ))
$$;
--;;
CREATE OR REPLACE FUNCTION ledger_account_ids(named jsonb) RETURNS bigint[] LANGUAGE plpgsql AS $$
-- The ids of accounts named as [book, owner kind, owner id, purpose, region, guarded], in their
-- order. Rows that are missing are made, in the order of their names, each with
-- a digest of what never changes of it.
DECLARE
    ids bigint[];
BEGIN
    FOR attempt IN 1..2 LOOP
        SELECT array_agg(a.id ORDER BY n.place) INTO ids
          FROM jsonb_array_elements(named) WITH ORDINALITY AS n(account, place)
          LEFT JOIN ledger_account a
            ON a.book = n.account->>0 AND a.owner_kind = n.account->>1
           AND a.owner_id = n.account->>2 AND a.purpose = n.account->>3;
        EXIT WHEN array_position(ids, NULL) IS NULL;
        INSERT INTO ledger_account (
            id, book, owner_kind, owner_id, purpose, region_code, guarded, digest
        )
        SELECT m.id, m.account->>0, m.account->>1, m.account->>2, m.account->>3, m.account->>4,
               (m.account->>5)::boolean, ledger_digest(jsonb_build_array(m.id) || m.account)
          FROM (
            SELECT nextval(pg_get_serial_sequence('ledger_account', 'id')) AS id, n.account
              FROM (
                SELECT account
                  FROM jsonb_array_elements(named) WITH ORDINALITY AS a(account, place)
                 WHERE ids[place] IS NULL
                 ORDER BY account->>0, account->>1, account->>2, account->>3
              ) n
          ) m
        ON CONFLICT DO NOTHING;
    END LOOP;
    RETURN ids;
END $$;
--;;
DROP FUNCTION ledger_take(bigint, bigint, date, text);
--;;
CREATE FUNCTION ledger_take(
    wallet bigint, wanted bigint, on_day date, own text[], of_own bigint
) RETURNS jsonb LANGUAGE plpgsql AS $$
-- Take from a wallet's lots: up to `of_own` from those of the transactions `own`, then from those
-- that expire first until it is `wanted` in all; of the others only lots whose day is not over.
-- Returns [[lot, amount], …] by lot.
DECLARE
    takes jsonb;
BEGIN
    WITH free AS (
        SELECT l.id,
               l.remaining,
               CASE WHEN l.transaction_id = ANY (own) THEN of_own ELSE wanted END AS up_to,
               sum(l.remaining) OVER (
                   ORDER BY l.transaction_id <> ALL (own), l.expires_on, l.id
               ) - l.remaining AS before
          FROM ledger_lot l
         WHERE l.account_id = wallet AND l.remaining > 0
           AND (l.expires_on >= on_day OR l.transaction_id = ANY (own))
    ), chosen AS (
        SELECT id, least(remaining, up_to - least(before, up_to))::bigint AS amount
          FROM free
         WHERE before < up_to
    ), taken AS (
        UPDATE ledger_lot l
           SET remaining = l.remaining - chosen.amount
          FROM chosen
         WHERE l.id = chosen.id
        RETURNING l.id, chosen.amount
    )
    SELECT coalesce(jsonb_agg(jsonb_build_array(id, amount) ORDER BY id), '[]')
      INTO takes
      FROM taken;
    RETURN takes;
END $$;
--;;
CREATE OR REPLACE FUNCTION ledger_post(batch jsonb) RETURNS jsonb LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
-- Write the postings of one call. Returns [{"id", "replayed"}, …] in their order.
DECLARE
    ids bigint[];
    locked bigint[];
    free bigint[];
    reserved bigint[];
    results jsonb := '[]';
    first record;
    posting jsonb;
    move jsonb;
    entries jsonb;
    lots jsonb;
    takes jsonb;
    taken jsonb;
    captured text[];
    named text[];
    hold record;
    wanted bigint;
    covered bigint;
    source bigint;
    target bigint;
    place int;
BEGIN
    -- The roll-up takes this lock alone to read up to where all entries are committed.
    PERFORM pg_advisory_xact_lock_shared(7226002);
    ids := ledger_account_ids(batch->'accounts');
    named := ARRAY(
        SELECT h.id #>> '{}' FROM jsonb_path_query(batch, '$.postings[*].moves[*].hold_id') AS h(id)
    );
    locked := ids;
    IF named <> '{}' THEN
        PERFORM 1 FROM ledger_hold WHERE id = ANY (named) ORDER BY id FOR NO KEY UPDATE;
        locked := locked || ARRAY(SELECT account_id FROM ledger_hold WHERE id = ANY (named));
    END IF;
    locked := ARRAY(
        SELECT a.id FROM ledger_account a
         WHERE a.id = ANY (locked) AND a.guarded
         ORDER BY a.id
           FOR NO KEY UPDATE
    );
    free := array_fill(0::bigint, ARRAY[cardinality(locked)]);
    reserved := free;

    FOR posting IN SELECT value FROM jsonb_array_elements(batch->'postings') LOOP
        SELECT id, body_hash INTO first
          FROM ledger_transaction WHERE idempotency_key = posting->>'key';
        IF FOUND THEN
            IF first.body_hash <> posting->>'body_hash' THEN
                RAISE EXCEPTION USING ERRCODE = 'LG004', MESSAGE = 'key used otherwise';
            END IF;
            results := results || jsonb_build_object('id', first.id, 'replayed', true);
            CONTINUE;
        END IF;
        IF posting->>'reverses' IS NOT NULL THEN
            PERFORM 1 FROM ledger_transaction WHERE reverses = posting->>'reverses';
            IF FOUND THEN
                RAISE EXCEPTION USING ERRCODE = 'LG005', MESSAGE = 'reversed before';
            END IF;
        END IF;

        entries := '[]';
        lots := '[]';
        takes := '[]';
        captured := '{}';
        FOR move IN SELECT value FROM jsonb_array_elements(posting->'moves') LOOP
            source := ids[(move->>'source')::int];
            target := ids[(move->>'target')::int];
            wanted := (move->>'amount')::bigint;
            covered := wanted;
            taken := '[]';
            CASE move->>'type'
            WHEN 'transfer' THEN
                NULL;
            WHEN 'sweep' THEN
                SELECT greatest(balance + free[array_position(locked, source)], 0)
                  INTO wanted
                  FROM ledger_account WHERE id = source;
                covered := wanted;
            WHEN 'earn' THEN
                lots := lots || jsonb_build_array(jsonb_build_array(
                    target, wanted, coalesce(move->>'earned_at', posting->>'at'),
                    move->>'expires_on', move->>'fund_id'
                ));
            WHEN 'spend' THEN
                taken := ledger_take(source, wanted, (posting->>'day')::date, '{}', 0);
                covered := ledger_sum(taken);
            WHEN 'give' THEN
                taken := ledger_take(source, wanted, (posting->>'day')::date, '{}', 0);
                covered := ledger_sum(taken);
                lots := lots || ledger_copies(taken, target);
            WHEN 'capture' THEN
                SELECT account_id, amount, status INTO hold
                  FROM ledger_hold WHERE id = move->>'hold_id';
                IF NOT FOUND OR hold.status <> 'open' OR move->>'hold_id' = ANY (captured) THEN
                    RAISE EXCEPTION USING ERRCODE = 'LG003', MESSAGE = 'hold not open';
                END IF;
                source := hold.account_id;
                wanted := hold.amount;
                covered := wanted;
                captured := captured || (move->>'hold_id');
                WITH paid AS (
                    UPDATE ledger_lot l SET held = l.held - h.amount
                      FROM ledger_hold_lot h
                     WHERE h.hold_id = move->>'hold_id' AND l.id = h.lot_id
                    RETURNING l.id, h.amount
                )
                SELECT jsonb_agg(jsonb_build_array(id, amount) ORDER BY id) INTO taken FROM paid;
                place := array_position(locked, source);
                free[place] := free[place] + wanted;
                reserved[place] := reserved[place] - wanted;
            WHEN 'unearn' THEN
                taken := ledger_take(
                    source, (move->>'owed')::bigint, (posting->>'day')::date,
                    ARRAY(SELECT jsonb_array_elements_text(move->'of')), wanted
                );
                wanted := ledger_sum(taken);
                covered := wanted;
            WHEN 'restore' THEN
                WITH back AS (
                    UPDATE ledger_lot l SET remaining = l.remaining + t.amount
                      FROM ledger_lot_take t
                     WHERE t.transaction_id = move->>'of' AND t.amount > 0
                       AND l.id = t.lot_id AND l.account_id = target
                    RETURNING l.id, -t.amount AS amount
                )
                SELECT coalesce(jsonb_agg(jsonb_build_array(id, amount) ORDER BY id), '[]')
                  INTO taken FROM back;
                wanted := -ledger_sum(taken);
                covered := wanted;
            WHEN 'expire' THEN
                WITH past AS (
                    SELECT id, remaining FROM ledger_lot
                     WHERE account_id = source AND remaining > 0
                       AND expires_on < (posting->>'day')::date
                ), emptied AS (
                    UPDATE ledger_lot l SET remaining = 0
                      FROM past WHERE l.id = past.id
                    RETURNING l.id, past.remaining AS amount
                )
                SELECT coalesce(jsonb_agg(jsonb_build_array(id, amount) ORDER BY id), '[]')
                  INTO taken FROM emptied;
                wanted := ledger_sum(taken);
                covered := wanted;
            END CASE;
            IF covered < wanted THEN
                RAISE EXCEPTION USING ERRCODE = 'LG001', MESSAGE = 'insufficient points';
            END IF;
            CONTINUE WHEN wanted = 0;

            takes := takes || taken;
            entries := entries || jsonb_build_array(
                jsonb_build_array(source, -wanted), jsonb_build_array(target, wanted)
            );
            place := array_position(locked, source);
            IF place IS NOT NULL THEN
                free[place] := free[place] - wanted;
            END IF;
            place := array_position(locked, target);
            IF place IS NOT NULL THEN
                free[place] := free[place] + wanted;
            END IF;
        END LOOP;

        IF entries = '[]' THEN
            results := results || jsonb_build_object('id', NULL, 'replayed', false);
            CONTINUE;
        END IF;
        PERFORM ledger_write(posting, entries, lots, takes);
        IF captured <> '{}' THEN
            UPDATE ledger_hold h
               SET status = 'posted', closed_at = (posting->>'at')::timestamptz,
                   transaction_id = posting->>'id',
                   digest = ledger_hold_digest(
                       h, 'posted', (posting->>'at')::timestamptz, posting->>'id'
                   )
             WHERE h.id = ANY (captured);
        END IF;
        results := results || jsonb_build_object('id', posting->>'id', 'replayed', false);
    END LOOP;

    PERFORM ledger_settle(locked, free, reserved);
    RETURN results;
END $$;
--;;
CREATE OR REPLACE FUNCTION ledger_hold(request jsonb) RETURNS text LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
-- Reserve points on the lots that expire first. Returns the hold's id; the same key gives the same.
DECLARE
    wallet bigint;
    wanted bigint := (request->>'amount')::bigint;
    covered bigint;
    known record;
BEGIN
    SELECT id INTO wallet
      FROM ledger_account
     WHERE book = 'points' AND owner_kind = 'resident' AND owner_id = request->>'owner'
       AND purpose = 'wallet'
       FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'LG001', MESSAGE = 'insufficient points';
    END IF;
    SELECT id, account_id, amount INTO known FROM ledger_hold WHERE key = request->>'key';
    IF FOUND THEN
        IF known.account_id <> wallet OR known.amount <> wanted THEN
            RAISE EXCEPTION USING ERRCODE = 'LG004', MESSAGE = 'key used otherwise';
        END IF;
        RETURN known.id;
    END IF;
    UPDATE ledger_account
       SET balance = balance - wanted, held = held + wanted
     WHERE id = wallet AND balance >= wanted;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'LG001', MESSAGE = 'insufficient points';
    END IF;
    INSERT INTO ledger_hold (id, account_id, amount, key, created_at, digest)
    VALUES (
        request->>'id', wallet, wanted, request->>'key', (request->>'at')::timestamptz,
        ledger_digest(jsonb_build_array(
            request->'id', wallet, wanted, request->'key', request->'at', 'open', NULL, NULL
        ))
    );
    WITH free AS (
        SELECT l.id,
               l.remaining,
               sum(l.remaining) OVER (ORDER BY l.expires_on, l.id) - l.remaining AS before
          FROM ledger_lot l
         WHERE l.account_id = wallet AND l.remaining > 0
           AND l.expires_on >= (request->>'day')::date
    ), chosen AS (
        SELECT id, least(remaining, wanted - before)::bigint AS amount
          FROM free
         WHERE before < wanted
    ), reserved AS (
        UPDATE ledger_lot l
           SET remaining = l.remaining - chosen.amount, held = l.held + chosen.amount
          FROM chosen
         WHERE l.id = chosen.id
        RETURNING l.id, chosen.amount
    ), noted AS (
        INSERT INTO ledger_hold_lot (hold_id, lot_id, amount)
        SELECT request->>'id', id, amount FROM reserved
        RETURNING amount
    )
    SELECT coalesce(sum(amount), 0) INTO covered FROM noted;
    IF covered < wanted THEN
        RAISE EXCEPTION USING ERRCODE = 'LG001', MESSAGE = 'insufficient points';
    END IF;
    RETURN request->>'id';
END $$;
--;;
CREATE OR REPLACE FUNCTION ledger_void(hold text, at timestamptz) RETURNS date LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
-- Put the points of an open hold back. Returns the first day on which one of its lots expires.
DECLARE
    kept record;
    soonest date;
BEGIN
    UPDATE ledger_hold h
       SET status = 'voided', closed_at = at, digest = ledger_hold_digest(h, 'voided', at, NULL)
     WHERE h.id = hold AND h.status = 'open'
    RETURNING account_id, amount INTO kept;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'LG003', MESSAGE = 'hold not open';
    END IF;
    UPDATE ledger_account
       SET balance = balance + kept.amount, held = held - kept.amount
     WHERE id = kept.account_id;
    WITH back AS (
        UPDATE ledger_lot l
           SET remaining = l.remaining + h.amount, held = l.held - h.amount
          FROM ledger_hold_lot h
         WHERE h.hold_id = hold AND l.id = h.lot_id
        RETURNING l.expires_on
    )
    SELECT min(expires_on) INTO soonest FROM back;
    RETURN soonest;
END $$;
