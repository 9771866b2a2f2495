//! What an indicator rests on: how many events it counts, which decides whether it can be read at all.

use super::table::Indicator;
use super::tally::Tally;

/// The events that an indicator counts in a tally: households, people, episodes, visits, admissions or deaths. None where its
/// numerator is an amount: money, time, a gap.
pub fn events(indicator: &Indicator, tally: &Tally) -> Option<i64> {
    let (over, under) = indicator.pair(tally);
    let id = indicator.id.as_str();
    match (indicator.unit, indicator.weight) {
        _ if matches!(id, "fgt1" | "fgt2" | "recovered_work") => None,
        ("share", "households" | "persons" | "episodes" | "admissions")
        | ("per 1000 and year" | "per 100 enrolled and year", _) => Some(over),
        // Visits are kept in hundredths.
        ("share", "visits") | ("visits per person and year", _) => Some(over / 100),
        // A mean bill rests on as many admissions as it is the mean of.
        ("yuan per admission", _) => Some(under),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::list::indicators;
    use crate::indicators::result::RunResult;

    #[test]
    fn amounts_are_no_events() {
        let mut tally = Tally {
            persons: 100,
            deaths: 7,
            oop: 5_000,
            bill: 9_000,
            bill_admissions: 80_000,
            ..Tally::default()
        };
        tally.visits[1] = 250;
        tally.admissions[3] = 4;
        tally.forgone[2][0] = 3;
        tally.needs[2] = 10;
        let list = indicators(&RunResult::default());
        let found = |id: &str| {
            let one = list.iter().find(|one| one.id == id).unwrap();
            events(one, &tally)
        };
        let counted = [
            "deaths",
            "visits",
            "primary_share",
            "admission_bill",
            "forgone_admission",
        ];
        assert_eq!(counted.map(found), [7, 2, 2, 4, 3].map(Some));
        assert_eq!(
            ["oop", "oop_share", "lost_days", "dalys", "recovered_work"].map(found),
            [None; 5]
        );
    }
}
