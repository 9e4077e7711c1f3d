-- way down: exact; a row that somebody else changed: nothing is written

SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL IntervalStyle = postgres;
SET LOCAL extra_float_digits = 1;
SET LOCAL row_security = off;
SET LOCAL client_min_messages = warning;
SET LOCAL lc_monetary = 'C';
SET LOCAL xmloption = content;
SET LOCAL array_nulls = on;

-- shop.standard_job (key: code): 3 rows changed

DO $pgmig$
DECLARE
    pgmig_rows text[];
BEGIN
LOCK TABLE shop.standard_job IN SHARE ROW EXCLUSIVE MODE;
WITH r (k1, was1, is1) AS (VALUES
    -- code | labour: was, is
    ('service_full'::text, '109.00'::shop.amount, '99.00'::shop.amount),
    ('service_small', '49.00', '45.00')
)
SELECT pg_catalog.array_cat(pgmig_rows, pg_catalog.array_agg(pg_catalog.concat(ROW(r.k1), CASE WHEN t.code IS NULL THEN ' is gone' ELSE ' was changed' END))) INTO pgmig_rows
FROM r LEFT JOIN shop.standard_job AS t ON t.code OPERATOR(pg_catalog.=) r.k1
WHERE t.code IS NULL
    OR ROW(t.labour)::text NOT IN (ROW(r.was1)::text, ROW(r.is1)::text);
WITH r (k1, was1, is1, was2, is2) AS (VALUES
    -- code | minutes: was, is | labour: was, is
    ('tube_rear'::text, 25::smallint, 20::smallint, '16.00'::shop.amount, '14.00'::shop.amount)
)
SELECT pg_catalog.array_cat(pgmig_rows, pg_catalog.array_agg(pg_catalog.concat(ROW(r.k1), CASE WHEN t.code IS NULL THEN ' is gone' ELSE ' was changed' END))) INTO pgmig_rows
FROM r LEFT JOIN shop.standard_job AS t ON t.code OPERATOR(pg_catalog.=) r.k1
WHERE t.code IS NULL
    OR ROW(t.minutes)::text NOT IN (ROW(r.was1)::text, ROW(r.is1)::text)
    OR ROW(t.labour)::text NOT IN (ROW(r.was2)::text, ROW(r.is2)::text);
IF pgmig_rows IS NOT NULL THEN
    RAISE EXCEPTION 'shop.standard_job: changed by somebody else (%): %', pg_catalog.cardinality(pgmig_rows),
        pg_catalog.array_to_string(pgmig_rows[1:20], ', ')
        USING HINT = 'Undo the changes or bring them into the files, then try again; or write this script again with --on-conflict keep (such rows stay) or file (they are overwritten).';
END IF;
END
$pgmig$;

WITH r (k1, was1, is1) AS (VALUES
    -- code | labour: was, is
    ('service_full'::text, '109.00'::shop.amount, '99.00'::shop.amount),
    ('service_small', '49.00', '45.00')
)
UPDATE shop.standard_job AS t SET labour = r.is1 FROM r
WHERE t.code OPERATOR(pg_catalog.=) r.k1
    AND ROW(t.labour)::text IN (ROW(r.was1)::text, ROW(r.is1)::text)
    AND ROW(t.labour)::text <> ROW(r.is1)::text;

WITH r (k1, was1, is1, was2, is2) AS (VALUES
    -- code | minutes: was, is | labour: was, is
    ('tube_rear'::text, 25::smallint, 20::smallint, '16.00'::shop.amount, '14.00'::shop.amount)
)
UPDATE shop.standard_job AS t SET minutes = r.is1, labour = r.is2 FROM r
WHERE t.code OPERATOR(pg_catalog.=) r.k1
    AND ROW(t.minutes)::text IN (ROW(r.was1)::text, ROW(r.is1)::text)
    AND ROW(t.labour)::text IN (ROW(r.was2)::text, ROW(r.is2)::text)
    AND ROW(t.minutes, t.labour)::text <> ROW(r.is1, r.is2)::text;

-- shop.standard_job (key: code): 2 rows removed

DO $pgmig$
DECLARE
    pgmig_rows text[];
BEGIN
LOCK TABLE shop.standard_job IN SHARE ROW EXCLUSIVE MODE;
WITH r (k1, v1, v2, v3) AS (VALUES
    -- code | label | minutes | labour
    ('electric_update'::text, 'Electric: software update'::text, 15::smallint, '12.00'::shop.amount),
    ('fork_service', 'Suspension fork: service', 60, '52.00')
)
SELECT pg_catalog.array_cat(pgmig_rows, pg_catalog.array_agg(pg_catalog.concat(ROW(r.k1), ' was changed'))) INTO pgmig_rows
FROM r JOIN shop.standard_job AS t ON t.code OPERATOR(pg_catalog.=) r.k1
WHERE ROW(t.label, t.minutes, t.labour)::text <> ROW(r.v1, r.v2, r.v3)::text;
IF pgmig_rows IS NOT NULL THEN
    RAISE EXCEPTION 'shop.standard_job: changed by somebody else (%): %', pg_catalog.cardinality(pgmig_rows),
        pg_catalog.array_to_string(pgmig_rows[1:20], ', ')
        USING HINT = 'Undo the changes or bring them into the files, then try again; or write this script again with --on-conflict keep (such rows stay) or file (they are overwritten).';
END IF;
END
$pgmig$;

WITH r (k1, v1, v2, v3) AS (VALUES
    -- code | label | minutes | labour
    ('electric_update'::text, 'Electric: software update'::text, 15::smallint, '12.00'::shop.amount),
    ('fork_service', 'Suspension fork: service', 60, '52.00')
)
DELETE FROM shop.standard_job AS t USING r
WHERE t.code OPERATOR(pg_catalog.=) r.k1
    AND ROW(t.label, t.minutes, t.labour)::text = ROW(r.v1, r.v2, r.v3)::text;
