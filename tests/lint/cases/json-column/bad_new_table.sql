CREATE TABLE shop.voucher (id bigint PRIMARY KEY, extra json[]);
