# Exports public data of R packages into FOLDER in the layout of this folder: eusilc of laeken, cav of msm and, where RINEQ names
# a folder with the sources of rineq, its housing.
#
#     Rscript export.R FOLDER

folder <- commandArgs(TRUE)[1]
options(digits = 17)
put <- function(data, ...) write.csv(data, file.path(folder, ...), row.names = FALSE)

data(eusilc, package = "laeken")
put(with(eusilc, data.frame(
    stratum = as.integer(factor(db040)), psu = rb030, weight = rb050, size = 1, income = eqIncome, line = 10000
)), "eusilc", "households.csv")

cav <- msm::cav
put(with(cav, data.frame(id = PTNUM, time = years, state = state)), "cav", "visits.csv")

rineq <- Sys.getenv("RINEQ")
if (rineq != "") {
    load(file.path(rineq, "data", "housing.RData"))
    dir.create(file.path(folder, "housing"))
    put(data.frame(
        weight = ifelse(housing$place == "rural", 2, 1), size = 1, rank = housing$income, outcome = as.integer(housing$bmi > 35)
    ), "housing", "households.csv")
}
