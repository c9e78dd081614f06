"""From files to arrays: data sets, slides, exact crops, patches, splits and the crop cache."""
