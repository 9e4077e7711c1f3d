"""One library function per verb: returns values, prints nothing."""
