-- pgmig: transaction=off
CREATE INDEX CONCURRENTLY ON item (cents);
CREATE INDEX ON sale (item_id);
CREATE INDEX CONCURRENTLY ON item (lower(label), id);
UPDATE counted SET runs = runs + 1;
