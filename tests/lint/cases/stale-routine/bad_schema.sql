-- at: 3
-- also: rename-table
CREATE SCHEMA shop_archive;
CREATE FUNCTION shop.paid() RETURNS bigint
LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT count(*) FROM shop.event_2026); END';
ALTER TABLE shop.event_2026 SET SCHEMA shop_archive;
