DROP TABLE shop.event_2026;
