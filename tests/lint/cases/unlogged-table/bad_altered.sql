-- also: table-rewrite
ALTER TABLE shop.event_2026 SET UNLOGGED;
