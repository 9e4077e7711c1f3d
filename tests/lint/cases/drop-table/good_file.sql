-- also: several-locks
-- pgmig: allow=drop-table reason="they are empty"

DROP TABLE shop.event_2026;
DROP TABLE shop.event;
