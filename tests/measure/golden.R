# What R programs say of the inputs in a folder, as rows "quantity,value,error,tolerance,program" on standard output.
#
#     Rscript golden.R FOLDER
#
# The folder holds households.csv (any of the columns of inputs.py) or panel.csv. Debian ships laeken, survey, markovchain and
# msm (r-cran-*). convey 1.0.1 and rineq 0.2.3 are on CRAN alone: where the variables CONVEY and RINEQ name folders with their
# sources, their rows are made too; else they are left out.

suppressMessages({library(laeken); library(survey); library(markovchain)})
options(digits = 17)
folder <- commandArgs(TRUE)[1]
told <- function(quantity, value, program, error = NA, tolerance = 1e-9)
    cat(sprintf("%s,%.15g,%s,%g,%s\n", quantity, value, if (is.na(error)) "" else sprintf("%.15g", error), tolerance, program))
of <- function(package) paste(package, packageVersion(package))
sources <- function(variable) {
    folder <- Sys.getenv(variable)
    if (folder == "") return(FALSE)
    for (file in list.files(file.path(folder, "R"), full.names = TRUE)) source(file)
    TRUE
}
path <- function(name) file.path(folder, name)

if (file.exists(path("households.csv"))) {
    d <- read.csv(path("households.csv"))
    d$w <- d$weight * d$size
    if (!is.null(d$income)) {
        d$x <- d$income / d$size
        z <- d$line[1]
        laeken <- of("laeken")
        told("median", weightedMedian(d$x, d$w), laeken)
        told("relative_poverty_line", arpt(d$x, d$w), laeken)
        told("relative_poverty_rate", arpr(d$x, d$w)$value / 100, laeken)
        told("relative_median_gap", rmpg(d$x, d$w)$value / 100, laeken)
        told("s80_s20", qsr(d$x, d$w)$value, laeken)
        told("gini", gini(d$x, d$w)$value / 100, laeken)
        told("gini_unweighted", gini(d$x)$value / 100, laeken)
        gaps <- pmax(0, 1 - d$x / z)
        told("sen_shorrocks_thon", weighted.mean(gaps, d$w) * (1 + gini(gaps, d$w)$value / 100), paste(laeken, "(gini of gaps)"))

        options(survey.lonely.psu = "fail")
        design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~w, data = d, nest = TRUE)
        survey <- of("survey")
        both <- function(quantity, estimate, program, tolerance = 1e-9)
            told(quantity, coef(estimate)[[1]], program, SE(estimate)[[1]], tolerance)
        both("mean", svymean(~x, design), survey)
        both("poverty_headcount", svymean(~I(as.numeric(x < z)), design), survey)
        both("normalised_mean_positive_gap", svyratio(~I(pmax(0, 1 - x / z)), ~I(as.numeric(x < z)), design), survey)
        if (!is.null(d$oop)) {
            design <- update(design, share = oop / consumption)
            both("che_headcount_10", svymean(~I(as.numeric(share > 0.10)), design), survey)
            both("che_overshoot_10", svymean(~I(pmax(0, share - 0.10)), design), survey)
            both("che_mean_positive_overshoot_10", svyratio(~I(pmax(0, share - 0.10)), ~I(as.numeric(share > 0.10)), design), survey)
            households <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = d, nest = TRUE)
            both("oop_share", svyratio(~oop, ~consumption, households), survey)
        }
        if (sources("CONVEY")) {
            convey <- "convey 1.0.1"
            design <- convey_prep(svydesign(ids = ~psu, strata = ~stratum, weights = ~w, data = d, nest = TRUE))
            positive <- subset(design, x > 0)
            both("fgt0", svyfgt(~x, design, g = 0, abs_thresh = z), convey)
            both("fgt1", svyfgt(~x, design, g = 1, abs_thresh = z), convey)
            both("fgt2", svyfgt(~x, design, g = 2, abs_thresh = z), convey)
            both("watts", svywatts(~x, positive, abs_thresh = z), convey)
            both("atkinson_0.5", svyatk(~x, positive, epsilon = 0.5), convey)
            both("atkinson_1", svyatk(~x, positive, epsilon = 1), convey)
            both("atkinson_2", svyatk(~x, positive, epsilon = 2), convey)
            both("theil", svygei(~x, positive, epsilon = 1), convey)
            both("mean_log_deviation", svygei(~x, positive, epsilon = 0), convey)
            # Another estimator of the Gini coefficient: see docs/indicators.md.
            both("gini_convey", svygini(~x, design), convey)
        }
    }
    if (!is.null(d$outcome) && sources("RINEQ")) {
        rineq <- "rineq 0.2.3"
        for (weighted in c(FALSE, TRUE)) for (type in c("CI", "CIg", "CIc", "CIw")) {
            index <- ci(d$rank, d$outcome, if (weighted) d$w else NULL, type = type, method = "direct")
            # The formula for the variance knows weights only in part (its help says so).
            error <- if (weighted || type != "CI") NA else sqrt(index$variance)
            told(paste0(type, if (weighted) "" else "_unweighted"), index$concentration_index, rineq, error)
        }
        if (!is.null(d$schooling)) {
            # Without weights by rineq alone; with weights its decomposition takes the variance of ranks for another than its
            # own `direct` indices do, so that these are put together here.
            parts <- contribution(lm(outcome ~ schooling + size, data = d), d$rank, correction = FALSE)$ci_contribution
            for (part in c("schooling", "size", "residual")) told(paste0("contribution_", part, "_unweighted"), parts[[part]], rineq)
            direct <- function(y) ci(d$rank, y, d$w, method = "direct")$concentration_index
            model <- lm(outcome ~ schooling + size, weights = w, data = d)
            share <- function(name) coef(model)[[name]] * weighted.mean(d[[name]], d$w) / weighted.mean(d$outcome, d$w) * direct(d[[name]])
            for (part in c("schooling", "size")) told(paste0("contribution_", part), share(part), paste("R lm and", rineq))
            told("contribution_residual", direct(d$outcome) - share("schooling") - share("size"), paste("R lm and", rineq))
        }
        if (!is.null(d$oop)) {
            share <- d$oop / d$consumption
            beyond <- as.numeric(share > 0.10)
            index <- ci(d$rank, beyond, d$w, method = "direct")$concentration_index
            told("che_rank_weighted_headcount_10", weighted.mean(beyond, d$w) * (1 - index), rineq)
            before <- d$consumption / d$size
            kakwani <- ci(before, d$oop / d$size, d$w, method = "direct")$concentration_index -
                ci(before, before, d$w, method = "direct")$concentration_index
            told("kakwani", kakwani, rineq)
        }
    }
}

if (file.exists(path("panel.csv"))) {
    p <- read.csv(path("panel.csv"))
    p <- p[order(p$id, p$wave), ]
    # A missed interview parts two sequences.
    part <- cumsum(c(TRUE, diff(p$id) != 0 | diff(p$wave) != 1))
    sequences <- split(ifelse(p$welfare < 1, "poor", "not"), part)
    fit <- markovchainFit(sequences[lengths(sequences) > 1])$estimate
    markovchain <- of("markovchain")
    m <- fit@transitionMatrix
    told("transition_poor_poor", m["poor", "poor"], markovchain)
    told("transition_not_poor", m["not", "poor"], markovchain)
    told("power_5_poor_poor", (fit^5)@transitionMatrix["poor", "poor"], markovchain)
    told("stationary_poor", steadyStates(fit)[1, "poor"], markovchain)
    told("mean_first_passage_poor_not", meanFirstPassageTime(fit)["poor", "not"], markovchain)
    told("mean_first_passage_not_poor", meanFirstPassageTime(fit)["not", "poor"], markovchain)
}
