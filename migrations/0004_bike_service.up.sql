-- Bicycles get a service interval, and the list of bicycles on hand shows it. The table is read all
-- day: wait for its lock two seconds at most, then step aside and try again.
-- pgmig: lock_timeout=2s retries=10

ALTER TABLE shop.bike ADD COLUMN service_days smallint;

UPDATE shop.bike b
   SET service_days = CASE
           WHEN m.electric THEN 90
           WHEN m.wheel_inches < 24 THEN 240
           ELSE 180
       END
  FROM shop.model m
 WHERE m.id = b.model_id;

ALTER TABLE shop.bike
    ALTER COLUMN service_days SET DEFAULT 180,
    ALTER COLUMN service_days SET NOT NULL,
    ADD CONSTRAINT bike_service_days_sane CHECK (service_days BETWEEN 14 AND 730);

COMMENT ON COLUMN shop.bike.service_days IS 'Days from one service to the next';
COMMENT ON CONSTRAINT bike_service_days_sane ON shop.bike IS 'Two weeks to two years';

-- A column more at the end: owner, grants, comments and the view above it stay. Options do not,
-- hence security_barrier once more.
CREATE OR REPLACE VIEW shop.bike_on_hand WITH (security_barrier = true) AS
    SELECT b.id,
           b.frame_no,
           m.label AS model,
           b.branch_id,
           b.status,
           b.service_days
      FROM shop.bike b
      JOIN shop.model m ON m.id = b.model_id
     WHERE b.status IN ('ready', 'hired', 'workshop');

COMMENT ON COLUMN shop.bike_on_hand.service_days IS 'Days from one service to the next';
