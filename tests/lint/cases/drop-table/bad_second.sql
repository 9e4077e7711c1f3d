-- at: 2
-- also: several-locks
-- Nothing reads them.
-- pgmig: allow=drop-table reason="it is empty"
DROP TABLE shop.event_2026;
DROP TABLE shop.event;
