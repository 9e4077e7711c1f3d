-- pgmig: transaction=off
CREATE PROCEDURE shop.twice() LANGUAGE plpgsql AS 'BEGIN COMMIT; END';
CALL shop.twice();
-- at: 2
