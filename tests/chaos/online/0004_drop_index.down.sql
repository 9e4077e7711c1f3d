CREATE INDEX item_by_label_and_cents ON item (label, cents);
