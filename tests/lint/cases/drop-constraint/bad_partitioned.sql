-- at: 2.1
-- also: blocking-unique
ALTER TABLE shop.event ADD CONSTRAINT event_once UNIQUE (at);
-- next script
ALTER TABLE shop.event DROP CONSTRAINT event_once;
