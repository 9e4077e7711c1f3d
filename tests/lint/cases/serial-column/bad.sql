CREATE TABLE shop.voucher (id bigserial PRIMARY KEY);
