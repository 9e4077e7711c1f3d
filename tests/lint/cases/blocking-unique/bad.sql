ALTER TABLE shop.customer ADD CONSTRAINT customer_email_key UNIQUE (email);
