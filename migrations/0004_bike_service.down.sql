-- A view cannot lose a column in place: it goes, with the view on top of it, and both come back as
-- they were, with owner, grants and comments. The intervals themselves are lost; the way up works
-- them out again from the model.
-- pgmig: lock_timeout=2s retries=10
-- pgmig: allow=drop-column roles=cycle_owner,cycle_app,cycle_reader

DROP VIEW shop.bike_available;
DROP VIEW shop.bike_on_hand;

ALTER TABLE shop.bike DROP COLUMN service_days;

CREATE VIEW shop.bike_on_hand WITH (security_barrier = true) AS
    SELECT b.id,
           b.frame_no,
           m.label AS model,
           b.branch_id,
           b.status
      FROM shop.bike b
      JOIN shop.model m ON m.id = b.model_id
     WHERE b.status IN ('ready', 'hired', 'workshop');
ALTER VIEW shop.bike_on_hand OWNER TO cycle_owner;
GRANT SELECT, INSERT, UPDATE ON shop.bike_on_hand TO cycle_app;
GRANT SELECT ON shop.bike_on_hand TO cycle_reader;
COMMENT ON VIEW shop.bike_on_hand IS 'Bicycles we could lay hands on';
COMMENT ON COLUMN shop.bike_on_hand.model IS 'The label of the model';

CREATE VIEW shop.bike_available AS
    SELECT h.id,
           h.model,
           br.code AS branch,
           row_number() OVER (PARTITION BY h.branch_id ORDER BY h.frame_no) AS place
      FROM shop.bike_on_hand h
      JOIN shop.branch br ON br.id = h.branch_id
     WHERE h.status = 'ready';
ALTER VIEW shop.bike_available OWNER TO cycle_owner;
GRANT SELECT, INSERT, UPDATE ON shop.bike_available TO cycle_app;
GRANT SELECT ON shop.bike_available TO cycle_reader;
COMMENT ON VIEW shop.bike_available IS 'What the web shop offers';
