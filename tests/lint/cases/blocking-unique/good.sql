-- pgmig: transaction=off
CREATE UNIQUE INDEX CONCURRENTLY customer_email_key ON shop.customer (email);
ALTER TABLE shop.customer ADD CONSTRAINT customer_email_key UNIQUE USING INDEX customer_email_key;
