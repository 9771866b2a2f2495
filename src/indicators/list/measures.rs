//! What measures reach and find: screening, relief, rehabilitation, waste taken off.

use super::{Indicator, Read};

/// All of them.
pub(super) fn all() -> Vec<Indicator> {
    vec![
        plain!(
            "screened",
            "households",
            "looks at a household by screening",
            "households",
            "per 1000 and year",
            |t| (t.screened, t.households)
        ),
        plain!(
            "screening_sensitivity",
            "households",
            "screened, at risk and found",
            "screened and at risk",
            "share",
            |t| (t.screened_found, t.screened_at_risk)
        ),
        plain!(
            "screening_specificity",
            "households",
            "screened, not at risk and passed by",
            "screened and not at risk",
            "share",
            |t| {
                let not_at_risk = t.screened - t.screened_at_risk;
                (not_at_risk - t.screened_wrongly, not_at_risk)
            }
        ),
        plain!(
            "screening_predictive_value",
            "households",
            "found and at risk",
            "found",
            "share",
            |t| (t.screened_found, t.screened_found + t.screened_wrongly)
        ),
        plain!(
            "relief",
            "persons",
            "relief to households for which aid was opened",
            "people",
            "yuan per person and year",
            |t| (t.relief, t.persons)
        ),
        plain!(
            "rehabilitation_months",
            "persons",
            "months of rehabilitation",
            "people",
            "per 1000 and year",
            |t| (t.rehabilitation_months, t.persons)
        ),
        plain!(
            "rehabilitation_bill",
            "persons",
            "bills of rehabilitation",
            "people",
            "yuan per person and year",
            |t| (t.rehabilitation_bill, t.persons)
        ),
        plain!(
            "recovered_work",
            "persons",
            "lasting loss of work that came back, hundredths of a person's work",
            "people x 100",
            "per 1000 and year",
            |t| (t.recovered_percent, t.persons * 100)
        ),
        plain!(
            "sent_home",
            "persons",
            "needs of an admission that were sent home with a visit",
            "people",
            "per 1000 and year",
            |t| (t.sent_home, t.persons)
        ),
    ]
}
