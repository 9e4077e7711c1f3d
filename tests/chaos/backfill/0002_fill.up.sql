-- pgmig: batch=10 key=id pause=1ms lag=off waits=off
UPDATE items SET done = done + 1;

-- pgmig: batch=10 key=i.id pause=1ms lag=off waits=off
INSERT INTO copies SELECT i.id FROM items AS i;

CREATE TABLE after AS SELECT count(*) FROM items WHERE done = 0;
