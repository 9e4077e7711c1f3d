-- pgmig: transaction=off
ALTER TABLE sale DETACH PARTITION sale_2023 CONCURRENTLY;
