-- When a repair is promised to be ready: the counter used to keep it in its head. The till writes
-- repairs all day, so those that are there get their day in batches, each its own transaction, and
-- nothing waits. The few rows of this shop need no batches; its web shop's orders would.
-- pgmig: transaction=off lock_timeout=2s retries=10

ALTER TABLE shop.repair_order ADD COLUMN promised_on date;
ALTER TABLE shop.repair_order ALTER COLUMN promised_on SET DEFAULT CURRENT_DATE + 3;

-- pgmig: batch=10 key=id pause=10ms
UPDATE shop.repair_order
   SET promised_on = (opened_at AT TIME ZONE 'UTC')::date + CASE WHEN bike_id IS NULL THEN 3 ELSE 7 END
 WHERE promised_on IS NULL;

-- SET NOT NULL reads the table while nobody may use it, unless such a check was validated before.
ALTER TABLE shop.repair_order
    ADD CONSTRAINT repair_order_promised CHECK (promised_on IS NOT NULL) NOT VALID;
ALTER TABLE shop.repair_order VALIDATE CONSTRAINT repair_order_promised;
ALTER TABLE shop.repair_order ALTER COLUMN promised_on SET NOT NULL;
ALTER TABLE shop.repair_order DROP CONSTRAINT repair_order_promised;

COMMENT ON COLUMN shop.repair_order.promised_on IS 'The day that the customer was told';
