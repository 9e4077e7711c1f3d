CREATE TABLE shop.booking (
    id bigint PRIMARY KEY,
    during tstzrange,
    EXCLUDE USING gist (during WITH &&)
);
