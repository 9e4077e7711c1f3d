-- pgmig: transaction=off
ALTER TABLE shop.event DETACH PARTITION shop.event_2025 CONCURRENTLY;
