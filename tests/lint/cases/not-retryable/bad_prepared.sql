-- pgmig: transaction=off
PREPARE one AS SELECT 1;
EXECUTE one;
-- at: 1
