# What R's survey package says of subgroups, of strata with one PSU and of intervals, of households.csv in the folder given, as
# rows "quantity,value,error,low,high,df" on standard output.
#
#     Rscript design.R tests/measure > tests/measure/design.csv

suppressMessages(library(survey))
options(digits = 17)
d <- read.csv(file.path(commandArgs(TRUE)[1], "households.csv"))
d$w <- d$weight * d$size
d$x <- d$income / d$size
d$poor <- as.numeric(d$x < 5000)
cat("quantity,value,error,low,high,df\n")
told <- function(quantity, design) {
    df <- degf(design)
    mean <- svymean(~x, design)
    ends <- confint(mean, df = df)
    cat(sprintf("mean %s,%.15g,%.15g,%.15g,%.15g,%d\n", quantity, coef(mean), SE(mean), ends[1], ends[2], df))
    share <- svyciprop(~poor, design, method = "logit", df = df)
    ends <- attr(share, "ci")
    cat(sprintf("poor %s,%.15g,%.15g,%.15g,%.15g,%d\n", quantity, coef(share), sqrt(attr(share, "var")), ends[1], ends[2], df))
}
drawn <- function(data) svydesign(ids = ~psu, strata = ~stratum, weights = ~w, data = data, nest = TRUE)
options(survey.lonely.psu = "fail")
told("all", drawn(d))
told("outcome=0", subset(drawn(d), outcome == 0))
told("outcome=1", subset(drawn(d), outcome == 1))
lone <- subset(d, stratum != 1 | psu == 1)
options(survey.lonely.psu = "adjust")
told("centre", drawn(lone))
options(survey.lonely.psu = "certainty")
told("certain", drawn(lone))
