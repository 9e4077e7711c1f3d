-- at: 2
CREATE SCHEMA shop_archive;
ALTER TABLE shop.event_2026 SET SCHEMA shop_archive;
