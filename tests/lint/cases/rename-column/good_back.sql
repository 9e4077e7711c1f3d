ALTER TABLE shop.customer RENAME COLUMN fax TO fax_old;
ALTER TABLE shop.customer RENAME COLUMN fax_old TO fax;
