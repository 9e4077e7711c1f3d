-- pgmig: transaction=off
DROP TABLE after;

-- pgmig: batch=100 key=id
UPDATE items SET done = 0;

DELETE FROM copies;
