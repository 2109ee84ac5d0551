-- The till on PostgreSQL: a redemption is one round trip, from the voucher to the outbox.
-- The same steps, in Python, are in portal/market/services/redemption.

CREATE FUNCTION compact_json(flat jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
-- An object of plain values as canonical text: keys in the order of their characters, no spaces.
    SELECT '{' || coalesce(string_agg(
               to_json(key)::text || ':' || value::text, ',' ORDER BY key COLLATE "C"
           ), '') || '}'
      FROM jsonb_each(flat)
$$;
--;;
CREATE FUNCTION audit_record(event jsonb) RETURNS void LANGUAGE sql AS $$
-- Write an event with its digest, as portal.core.audit.record does; its details are plain values.
    INSERT INTO audit_event (
        id, at, actor_id, action, object_kind, object_id, region_code, details, request_id, digest
    )
    SELECT event->>'id', (event->>'at')::timestamptz, event->>'actor_id', event->>'action',
           event->>'object_kind', event->>'object_id', event->>'region_code', event->'details',
           event->>'request_id',
           encode(sha256(convert_to('{' || string_agg(
               to_json(key)::text || ':'
               || CASE key WHEN 'details' THEN compact_json(value) ELSE value::text END,
               ',' ORDER BY key COLLATE "C"
           ) || '}', 'UTF8')), 'hex')
      FROM jsonb_each(event)
$$;
--;;
CREATE FUNCTION ledger_capture(
    hold text, merchant text, region text, note text, posting text, actor text, at timestamptz, day date
) RETURNS jsonb LANGUAGE sql AS $$
-- Spend what a hold reserved, as portal.points.services.capture_hold does, by the one write path.
    SELECT ledger_post(jsonb_build_object(
        'postings', jsonb_build_array(jsonb_build_object(
            'id', posting,
            'kind', 'redemption',
            'key', 'redemption:' || posting,
            'body_hash', encode(sha256(convert_to(jsonb_build_array(
                'redemption', region, note, actor, NULL,
                jsonb_build_array(jsonb_build_array(
                    'capture',
                    jsonb_build_array('hold_id', hold),
                    jsonb_build_array(
                        'target', jsonb_build_array('points', 'merchant', merchant, 'takings')
                    )
                ))
            )::text, 'UTF8')), 'hex'),
            'memo', note,
            'actor', actor,
            'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            'day', day,
            'value_date', day,
            'region', region,
            'reverses', NULL,
            'moves', jsonb_build_array(jsonb_build_object(
                'type', 'capture', 'hold_id', hold, 'target', 1
            ))
        )),
        'accounts', jsonb_build_array(
            jsonb_build_array('points', 'merchant', merchant, 'takings', region, false)
        )
    ))
$$;
--;;
CREATE FUNCTION market_redeem(asked jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
-- Redeem a voucher, once. Returns what the till shows, or null if the guard let nothing through;
-- then the caller looks why.
DECLARE
    instant timestamptz := (asked->>'at')::timestamptz;
    minute int := (asked->>'minute')::int;
    redeemed record;
BEGIN
    SELECT v.id, v.offer_id, v.merchant_id, v.resident_id, v.region_code, v.title, v.points,
           v.hold_id
      INTO redeemed
      FROM voucher v
     WHERE v.code_hash = asked->>'code_hash'
       AND asked->'merchants' ? v.merchant_id
       AND v.status = 'issued'
       AND v.expires_at > instant
       AND v.weekdays & (asked->>'weekday')::bigint <> 0
       AND v.opens_minute <= minute AND minute < v.closes_minute
       FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM ledger_capture(
        redeemed.hold_id, redeemed.merchant_id, redeemed.region_code, redeemed.title,
        asked->>'transaction_id', asked->>'actor_id', instant, (asked->>'day')::date
    );
    UPDATE voucher
       SET status = 'redeemed', redeemed_at = instant, redeemed_on = (asked->>'day')::date,
           redeemed_by = asked->>'actor_id', transaction_id = asked->>'transaction_id'
     WHERE id = redeemed.id;
    PERFORM audit_record(jsonb_build_object(
        'id', asked->'audit_id',
        'at', to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'actor_id', asked->'actor_id',
        'action', 'voucher.redeemed',
        'object_kind', 'voucher',
        'object_id', redeemed.id,
        'region_code', redeemed.region_code,
        'details', jsonb_build_object(
            'merchant', redeemed.merchant_id, 'points', redeemed.points
        ),
        'request_id', asked->'request_id'
    ));
    INSERT INTO outbox_message (id, kind, payload, created_at, available_at, attempts)
    SELECT asked->>'outbox_id', 'notify',
           jsonb_build_object(
               'user_id', redeemed.resident_id,
               'kind', 'voucher.redeemed',
               'params', jsonb_build_object(
                   'offer', redeemed.title, 'merchant', m.name, 'points', redeemed.points
               ),
               'url', '/me/vouchers/' || redeemed.id
           ),
           instant, (asked->>'available_at')::timestamptz, 0
      FROM merchant m
     WHERE m.id = redeemed.merchant_id;
    RETURN jsonb_build_object(
        'id', redeemed.id, 'offer_id', redeemed.offer_id, 'title', redeemed.title,
        'points', redeemed.points
    );
END $$;
