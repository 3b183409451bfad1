# Farrington flexible (Noufaily and others 2013) by the package surveillance, on series that Lightship's benchmark sends.
# In: per series three lines: "<bins a week> <first bin to judge> <alpha>", counts, expected counts (the offset).
# Out: per series one line: 1 where a judged bin is above its upper bound, else 0.
suppressPackageStartupMessages(library(surveillance))
input <- file("stdin")
lines <- readLines(input)
close(input)
for (at in seq(1, length(lines), by = 3)) {
  head <- as.numeric(strsplit(lines[at], " ")[[1]])
  counts <- as.numeric(strsplit(lines[at + 1], " ")[[1]])
  normal <- as.numeric(strsplit(lines[at + 2], " ")[[1]])
  series <- sts(observed = matrix(counts), population = matrix(normal), frequency = head[1])
  control <- list(range = head[2]:length(counts), b = 3, w = 3, noPeriods = 1, pastWeeksNotIncluded = 96,
                  populationOffset = TRUE, trend = FALSE, thresholdMethod = "nbPlugin", alpha = head[3],
                  limit54 = c(0, 1), weightsThreshold = 2.58)
  judged <- tryCatch(suppressWarnings(farringtonFlexible(series, control)), error = function(e) NULL)
  if (is.null(judged)) cat("failed\n") else cat(as.integer(alarms(judged)), "\n")
}
