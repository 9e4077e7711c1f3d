ALTER TABLE shop.event RENAME COLUMN id TO number;
