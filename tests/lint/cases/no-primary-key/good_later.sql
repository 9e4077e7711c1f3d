CREATE TABLE shop.visit (customer_id bigint, at timestamptz);
ALTER TABLE shop.visit ADD PRIMARY KEY (customer_id, at);
