CREATE TABLE shop.session (id uuid PRIMARY KEY);
