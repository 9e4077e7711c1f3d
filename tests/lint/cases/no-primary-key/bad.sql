CREATE TABLE shop.visit (customer_id bigint, at timestamptz);
