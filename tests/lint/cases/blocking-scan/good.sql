-- pgmig: transaction=off
ALTER TABLE shop.event_2026 ADD CONSTRAINT event_2026_bound
    CHECK (at IS NOT NULL AND at >= '2026-01-01' AND at < '2027-01-01') NOT VALID;
ALTER TABLE shop.event_2026 VALIDATE CONSTRAINT event_2026_bound;
ALTER TABLE shop.event ATTACH PARTITION shop.event_2026
    FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
