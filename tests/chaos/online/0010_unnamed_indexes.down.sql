DROP INDEX item_cents_idx, sale_item_id_idx, item_lower_id_idx;
UPDATE counted SET runs = runs - 1;
