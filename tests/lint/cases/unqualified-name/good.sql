CREATE OR REPLACE VIEW shop.late AS SELECT id FROM shop.orders;
CREATE TEMPORARY TABLE picked (id bigint) ON COMMIT DROP;
CREATE SCHEMA shop_archive;
