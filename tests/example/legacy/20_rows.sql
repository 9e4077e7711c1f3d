-- What stands in the tables of Ravel Cycles: a few hundred invented rows, the same on every run
-- (no clock, no chance, every time with its zone). Load as a superuser after 10_schema.sql.

BEGIN;

INSERT INTO shop.branch (id, code, name, address, manager_id, opened_on, "group") VALUES
    (1, 'TWN', 'Ravel Cycles Town', ROW('Mill Street', '12', '4021', 'Averford', 'GB'), 1, '2014-03-01', 'town'),
    (2, 'LKE', 'Ravel Cycles Lakeside', ROW('Boathouse Row', '3b', '4027', 'Averford', 'GB'), 4, '2018-05-12', 'lake');

INSERT INTO shop.employee
    (id, branch_id, mentor_id, full_name, email, hourly_wage, skills, hired_on, left_on)
OVERRIDING SYSTEM VALUE VALUES
    (1, 1, NULL, 'Zoë Ravel', 'zoe@ravel.example', 24.00, '{wheels,accounts}', '2014-03-01', NULL),
    (2, 1, 1, 'Tomasz Łuczak', 'tomasz@ravel.example', 19.50, '{wheels,frames,electric}', '2015-08-17', NULL),
    (3, 1, 2, 'Ines O''Hara', 'ines@ravel.example', 15.20, '{counter}', '2022-04-01', NULL),
    (4, 2, 1, 'Bram de Wit', 'bram@ravel.example', 20.00, '{counter,electric}', '2018-05-12', NULL),
    (5, 2, 4, 'Aiko Mori', 'aiko@ravel.example', 16.80, '{wheels,"hydraulic brakes"}', '2021-03-15', NULL),
    (6, 2, 4, 'Piet Stone', NULL, 13.00, '{}', '2019-06-01', '2020-10-31'),
    (7, 2, 5, 'Piet Stone', 'piet@ravel.example', 14.50, '{counter}', '2024-04-02', NULL);

COMMIT;

INSERT INTO shop.opening_hours (branch_id, weekday, hours)
SELECT b.id, d.weekday, h.hours
  FROM shop.branch b
 CROSS JOIN generate_series(1, 7) AS d (weekday)
 CROSS JOIN (VALUES ('[09:00,12:30)'::shop.time_range, 7), ('[13:30,18:00)', 6)) AS h (hours, last_day)
 WHERE d.weekday < h.last_day AND (b."group" = 'lake' OR d.weekday > 1)
    OR b."group" = 'lake' AND d.weekday = 7 AND h.last_day = 7
 ORDER BY 1, 2, 3;

INSERT INTO shop.customer (id, full_name, email, phone, address, newsletter, created_at, forgotten_at)
SELECT n,
       CASE WHEN n % 13 = 0 THEN '' ELSE
           (ARRAY['Ada', 'Björn', 'Chloé', 'Dmitri', 'Eun-ji', 'Farida', 'Gus'])[1 + n % 7] || ' ' ||
           (ARRAY['Alder', 'Birch', 'Cedar', 'Dogwood', 'Elm', 'Fir'])[1 + n % 6] END,
       CASE WHEN n % 5 > 0 AND n % 13 > 0 THEN 'customer' || n || '@mail.example' END,
       CASE WHEN n % 3 = 0 THEN '+44 555 01' || lpad(n::text, 2, '0') END,
       CASE WHEN n % 4 = 1 AND n % 13 > 0 THEN
           ROW('Station Road', n::text, '40' || (20 + n % 9), 'Averford', 'GB')::shop.postal_address END,
       n % 6 = 1,
       '2019-01-07 10:00:00+00'::timestamptz + n * interval '31 days',
       CASE WHEN n % 13 = 0 THEN '2025-02-03 09:15:00+00'::timestamptz END
  FROM generate_series(1, 42) AS n;

INSERT INTO shop.customer_note (customer_id, branch_id, author_id, private, note, written_at)
SELECT n * 2, 1 + n % 2, 1 + n % 5, n % 3 > 0,
       (ARRAY['Prefers a high saddle.', 'Paid late once; "never again", she said.',
              'Line one' || E'\n' || 'line two'])[1 + n % 3],
       '2024-05-01 08:00:00+00'::timestamptz + n * interval '9 hours'
  FROM generate_series(1, 18) AS n;

INSERT INTO shop.model (maker, name, wheel_inches, electric) VALUES
    ('Aurelia', 'Commuter', 28.0, false),
    ('Aurelia', 'Commuter Plus', 28.0, true),
    ('Borealis', 'Trail 3', 27.5, false),
    ('Borealis', 'Trail 5', 29.0, true),
    ('Kestrel & Sons', 'Tandem', 28.0, false),
    ('Pip', 'Kids 20', 20.0, false);

INSERT INTO shop.bike (model_id, branch_id, frame_no, status, bought_on, sold_on, price, equipment)
SELECT m.id, 1 + n % 2,
       upper(left(m.maker, 2)) || '-' || lpad((n * 7919 % 100000)::text, 5, '0'),
       s.status,
       '2020-02-01'::date + n * 40,
       CASE WHEN s.status = 'sold' THEN '2025-01-15'::date + n END,
       CASE WHEN m.electric THEN 2150.00 ELSE 780.00 END + n * 5,
       CASE WHEN n % 4 = 0 THEN '{"rack": true, "lights": "hub"}'
            WHEN n % 4 = 1 THEN '{"lights": "battery", "child_seat": {"max_kg": 22}}'
            ELSE '{}' END::jsonb
  FROM generate_series(1, 34) AS n
  JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM shop.model) m
    ON m.place = n % 6
 CROSS JOIN LATERAL (
       SELECT (CASE WHEN n % 17 = 0 THEN 'sold' WHEN n % 16 = 0 THEN 'scrapped'
                    WHEN n % 9 = 0 THEN 'workshop' WHEN n % 5 = 0 THEN 'hired'
                    WHEN n = 33 THEN 'ordered' ELSE 'ready' END)::shop.bike_status) AS s (status)
 ORDER BY n;

INSERT INTO shop.tariff (model_id, season, per_day)
SELECT m.id, t.season, t.base * CASE WHEN m.electric THEN 2 ELSE 1 END
  FROM shop.model m
 CROSS JOIN (VALUES ('[2024-01-01,2024-05-01)'::daterange, 12.00), ('[2024-05-01,2024-10-01)', 17.50),
                    ('[2024-10-01,2025-05-01)', 12.50), ('[2025-05-01,)', 18.00)) AS t (season, base)
 ORDER BY m.id, t.season;

INSERT INTO shop.rental (bike_id, customer_id, handed_out_by, during, deposit, cancelled_at)
SELECT b.id,
       1 + (b.id * 5 + k * 11) % 42,
       (ARRAY[3, 5, 4, 7, NULL])[1 + (b.id + k) % 5],
       tstzrange(f.starts, f.starts + (1 + (b.id + k) % 4) * interval '1 day' - interval '2 hours'),
       CASE WHEN b.id % 2 = 0 THEN 50 ELSE 0 END,
       CASE WHEN (b.id + k) % 14 = 0 THEN f.starts - interval '3 days' END
  FROM shop.bike b
 CROSS JOIN generate_series(0, 2) AS k
 CROSS JOIN LATERAL (
       SELECT '2024-04-05 09:00:00+00'::timestamptz + (b.id * 2 + k * 170) * interval '1 day'
       ) AS f (starts)
 WHERE b.status <> 'ordered'
 ORDER BY b.id, k;

INSERT INTO shop.supplier (name, lead_time) VALUES
    ('Northern Spoke Ltd', '3 days'),
    ('Zahnkranz GmbH', '8 days'),
    ('Bell, Book & Cable', '1 day 12:00');

INSERT INTO shop.part (sku, name, supplier_id, list_price, stock, replaced_by, drawing) VALUES
    ('CH-11', 'Chain, 11 speed', 7007, 34.90, 14, NULL, '\x89504e47'),
    ('CH-9', 'Chain, 9 speed', 7007, 19.90, 0, 'CH-11', NULL),
    ('TU-28', 'Tube 28"', 7000, 5.50, 60, NULL, NULL),
    ('TU-20', 'Tube 20"', 7000, 4.90, 22, NULL, NULL),
    ('BR-1', 'Brake pads, pair', 7007, 12.00, 31, NULL, NULL),
    ('CA-2', 'Cable, 2 m', 7014, 3.20, 80, NULL, NULL),
    ('BE-1', 'Bell "Ding Dong"', 7014, 14.95, 7, NULL, NULL),
    ('BA-36', 'Battery 36 V', NULL, 489.00, 2, NULL, NULL);

INSERT INTO shop.repair_order
    (branch_id, customer_id, bike_id, "user", state, description, opened_at, collected_at)
SELECT 1 + n % 2,
       CASE WHEN n % 4 > 0 THEN n + 2 END,
       CASE WHEN n % 4 = 0 THEN n END,
       'cycle_app',
       (ARRAY['collected', 'collected', 'collected', 'done', 'waiting for parts', 'accepted']
           ::shop.repair_state[])[1 + n % 6],
       (ARRAY['Chain slips', 'Puncture, rear', 'Brakes squeal', 'Battery dead; won''t charge'])[1 + n % 4],
       '2024-03-04 09:30:00+00'::timestamptz + n * interval '17 days',
       CASE WHEN n % 6 < 3 THEN '2024-03-08 16:00:00+00'::timestamptz + n * interval '17 days' END
  FROM generate_series(1, 24) AS n;

INSERT INTO shop.repair_line (repair_id, line, sku, employee_id, quantity, unit_price)
SELECT o.id, l.line,
       CASE WHEN l.line = 1 THEN
           (ARRAY['CH-11', 'TU-28', 'BR-1', 'BA-36'])[1 + o.id % 4] END,
       CASE WHEN l.line = 2 THEN 2 + 3 * (o.branch_id - 1) END,
       CASE WHEN l.line = 2 THEN 0.25 * (1 + o.id % 5) ELSE 1 END,
       CASE WHEN l.line = 2 THEN 48.00
            ELSE (ARRAY[34.90, 5.50, 12.00, 489.00])[1 + o.id % 4] END
  FROM shop.repair_order o
 CROSS JOIN generate_series(1, 2) AS l (line)
 ORDER BY o.id, l.line;

INSERT INTO ledger.payment (paid_on, customer_id, rental_id, amount, method)
SELECT (lower(r.during) AT TIME ZONE 'UTC')::date, r.customer_id, r.id, r.days * t.per_day,
       (ARRAY['card', 'cash', 'card', 'transfer'])[1 + r.id % 4]
  FROM shop.rental r
  JOIN shop.bike b ON b.id = r.bike_id
  JOIN shop.tariff t ON t.model_id = b.model_id
                    AND t.season @> (lower(r.during) AT TIME ZONE 'UTC')::date
 WHERE r.cancelled_at IS NULL
 ORDER BY r.id;

INSERT INTO ledger.payment (paid_on, customer_id, repair_id, amount, method)
SELECT (o.collected_at AT TIME ZONE 'UTC')::date, o.customer_id, o.id, shop.repair_total(o.id), 'card'
  FROM shop.repair_order o
 WHERE o.collected_at IS NOT NULL AND o.customer_id IS NOT NULL
 ORDER BY o.id;

-- The first and the last year have no partition: payment_rest takes them.
INSERT INTO ledger.payment (paid_on, customer_id, amount, method) VALUES
    ('2022-11-30', 1, 15.00, 'cash'),
    ('2023-12-31', 2, 29.90, 'cash'),
    ('2026-01-02', 3, 100.00, 'transfer');

INSERT INTO ledger.closed_month (month, closed_by)
SELECT m::date, 'zoe'
  FROM generate_series('2024-04-01'::timestamp, '2024-12-01', interval '1 month') AS m;

INSERT INTO ledger.journal (at, "user", "table", row_id, old, new)
SELECT '2025-01-16 07:00:00+00'::timestamptz + n * interval '1 hour', 'zoe', 'shop.bike', n::text,
       jsonb_build_object('status', 'ready'), jsonb_build_object('status', 'workshop')
  FROM generate_series(1, 12) AS n;

-- Two of these customers were deleted years ago, before anything forbade it. Only a superuser can
-- put such rows back, with the foreign keys looking away.
SET session_replication_role = replica;
INSERT INTO public."Import 2019" ("Customer No", "Name", "Paid?", "Last Amount", remark) VALUES
    (3, 'Dmitri D.', true, 18.00, ''),
    (8, 'Birgit', false, 7.50, 'owes a pump'),
    (907, 'Old Mr. Quill', true, 220.00, 'moved'),
    (911, '', NULL, NULL, 'illegible');
RESET session_replication_role;

-- The last numbers, where numbers were given by hand above.
DO $numbers$
BEGIN
    PERFORM setval(pg_get_serial_sequence('shop.branch', 'id'), 2);
    PERFORM setval(pg_get_serial_sequence('shop.employee', 'id'), 7);
    PERFORM setval('shop.client_id_seq', 42);
END
$numbers$;

REFRESH MATERIALIZED VIEW ledger.monthly_turnover;
