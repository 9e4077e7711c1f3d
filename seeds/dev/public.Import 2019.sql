-- The spreadsheet has no key, so its rows are statements here, and these look after being run twice.
-- Two of the customers were deleted years ago, before anything forbade it: only a superuser can put
-- such rows back, with the foreign keys looking away.

SET LOCAL session_replication_role = replica;

INSERT INTO public."Import 2019" ("Customer No", "Name", "Paid?", "Last Amount", remark)
SELECT *
  FROM (VALUES
    (3, 'Dmitri D.', true, 18.00, ''),
    (8, 'Birgit', false, 7.50, 'owes a pump'),
    (907, 'Old Mr. Quill', true, 220.00, 'moved'),
    (911, '', NULL, NULL, 'illegible')
  ) AS sheet
 WHERE NOT EXISTS (SELECT FROM public."Import 2019");

SET LOCAL session_replication_role = origin;
