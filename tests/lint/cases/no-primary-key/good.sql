CREATE TABLE shop.visit (customer_id bigint, at timestamptz, PRIMARY KEY (customer_id, at));
