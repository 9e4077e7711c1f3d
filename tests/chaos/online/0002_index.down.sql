DROP INDEX item_label;
