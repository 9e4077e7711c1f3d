CREATE TABLE shop.voucher (id bigint PRIMARY KEY, ordered_at timestamptz);
