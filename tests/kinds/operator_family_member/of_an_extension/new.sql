-- Members that were added to families of an extension: by hand, and by an operator class.
CREATE EXTENSION btree_gist;
CREATE FUNCTION near(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN true;
CREATE OPERATOR <?> (FUNCTION = near, LEFTARG = text, RIGHTARG = text);
ALTER OPERATOR FAMILY gist_text_ops USING gist ADD OPERATOR 70 <?> (text, text);
CREATE OPERATOR CLASS letters FOR TYPE "char" USING gist FAMILY gist_int2_ops AS
    OPERATOR 1 <,
    FUNCTION 1 gbt_int2_consistent(internal, smallint, smallint, oid, internal),
    FUNCTION 2 gbt_int2_union(internal, internal),
    FUNCTION 5 gbt_int2_penalty(internal, internal, internal),
    FUNCTION 6 gbt_int2_picksplit(internal, internal),
    FUNCTION 7 gbt_int2_same(gbtreekey4, gbtreekey4, internal),
    STORAGE gbtreekey4;
