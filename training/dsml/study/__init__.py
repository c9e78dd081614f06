"""Result lines of experiments read as studies: pooled scores, paired differences, intervals, and the report of them."""
