-- pgmig: transaction=off
UPDATE item SET cents = cents + 1 WHERE id % 3 = 0;
VACUUM (ANALYZE) item;
