//! What a year is counted in: whole numbers only, so that sums do not depend on their order.

use crate::month::care_seeking::FORGONE;
use crate::month::insurance::MAX_LAYERS;
use crate::world::{CATEGORIES, CONDITIONS, PROVIDERS};
use crate::year::lenders::Lending;
use crate::year::poverty::{CAUSES, MAX_GAUGES};

/// Adds another value of the same shape.
pub trait Add {
    /// Adds `other` to `self`.
    fn add(&mut self, other: &Self);
}

impl Add for i64 {
    fn add(&mut self, other: &Self) {
        *self += other;
    }
}

impl<T: Add, const N: usize> Add for [T; N] {
    fn add(&mut self, other: &Self) {
        for (own, other) in self.iter_mut().zip(other) {
            own.add(other);
        }
    }
}

macro_rules! tally {
    ($(#[$about:meta])* $tally:ident: $($(#[$doc:meta])* $name:ident: $kind:ty,)*) => {
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $tally { $($(#[$doc])* pub $name: $kind,)* }

        impl Add for $tally {
            fn add(&mut self, other: &$tally) { $(self.$name.add(&other.$name);)* }
        }
    };
}

tally! {
    /// Weighted counts and fen of one county, category and year.
    Tally:
    /// People on 1 January.
    persons: i64,
    /// Households on 1 January.
    households: i64,
    /// Households with a living member at the close: those that have a status.
    households_held: i64,
    /// Their members on 1 January.
    persons_held: i64,
    /// People by the standing of their household (the cohort too).
    standing: [i64; CATEGORIES],
    /// Members on 1 January, each counted with the household's weight, in households reached by cash transfers.
    cash_persons: i64,
    /// Deaths.
    deaths: i64,
    /// Years of life lost and years lived with disability, in thousandths.
    yll_milli: i64,
    /// See above.
    yld_milli: i64,
    /// People aged 16 or more on 1 January.
    adults: i64,
    /// Of these, admitted at least once (the survey's measure).
    adults_admitted: i64,
    /// Enrolled people.
    enrolled: i64,
    /// Episodes by need: minor, moderate, admission, chronic care.
    needs: [i64; 4],
    /// Of these, forgone by reason.
    forgone: [[i64; FORGONE]; 4],
    /// Visits by provider, in hundredths.
    visits: [i64; PROVIDERS],
    /// Admissions by provider.
    admissions: [i64; PROVIDERS],
    /// Admissions of the enrolled (what claims show).
    admissions_enrolled: i64,
    /// Bills of admissions by provider, fen.
    admission_bill: [i64; PROVIDERS],
    /// The in-catalogue part of them, of the enrolled.
    admission_catalogue: [i64; PROVIDERS],
    /// Paid on them by pool-funded layers of the basic insurance (the first pool layer that pays an admission).
    admission_basic: [i64; PROVIDERS],
    /// Visit bills by provider.
    visit_bill: [i64; PROVIDERS],
    /// All bills.
    bill: i64,
    /// The part of bills for admissions.
    bill_admissions: i64,
    /// Drug part of all bills.
    drugs: i64,
    /// Paid by each layer.
    layers: [i64; MAX_LAYERS],
    /// Out of pocket, before what stayed unpaid.
    oop: i64,
    /// Out of pocket on admissions.
    oop_admissions: i64,
    /// Left unpaid to providers.
    unpaid: i64,
    /// Aid promised beyond its budget.
    aid_cut: i64,
    /// Travel, food and lodging.
    travel: i64,
    /// Working days lost, in hundredths.
    lost_days_centi: i64,
    /// Income lost to illness, fen.
    lost_income: i64,
    /// Income, net of lost work and without public transfers, fen.
    income: i64,
    /// Dibao granted since founding, fen.
    dibao: i64,
    /// Cash transfers, fen.
    cash: i64,
    /// Premiums paid by households, fen.
    premiums: i64,
    /// Premiums paid for them and subsidies, fen.
    public_premiums: i64,
    /// Delivery costs of programmes, fen.
    programme_cost: i64,
    /// Consumption other than care, fen.
    consumed: i64,
    /// Spent on replacing sold assets, fen.
    invested: i64,
    /// Borrowed for care, fen.
    borrowed_for_care: i64,
    /// Medical debt at the close, fen.
    medical_debt: i64,
    /// Households with medical debt at the close.
    households_in_medical_debt: i64,
    /// Persons whose household spent more than 10% of consumption plus care out of pocket.
    catastrophic_10: i64,
    /// More than 25%.
    catastrophic_25: i64,
    /// Households that spent at least 40% of capacity to pay.
    catastrophic_40: i64,
    /// Persons whose household is above the line gross of out-of-pocket spending and below it net, by gauge.
    impoverished: [i64; MAX_GAUGES],
    /// Households poor at the close, by gauge.
    poor: [i64; MAX_GAUGES],
    /// Persons in them.
    poor_persons: [i64; MAX_GAUGES],
    /// Sum of relative gaps of poor persons, in millionths, by gauge.
    gap_ppm: [i64; MAX_GAUGES],
    /// Sum of squared relative gaps, in millionths.
    squared_gap_ppm: [i64; MAX_GAUGES],
    /// Households not poor on 1 January, by gauge.
    at_risk: [i64; MAX_GAUGES],
    /// Of these, poor at the close.
    returned: [i64; MAX_GAUGES],
    /// Of these, above the line if this year's oop, lost income and medical debt service were added back (accounting).
    returned_accounting: [i64; MAX_GAUGES],
    /// At risk now and poor without any illness of this year (both shadows' losses off): the income-only control.
    returned_without_illness: [i64; MAX_GAUGES],
    /// Truth table over households at risk, by gauge.
    causes: [[i64; CAUSES]; MAX_GAUGES],
    /// Households that were not poor when reporting began, by gauge.
    at_start: [i64; MAX_GAUGES],
    /// Of these, poor at some close since.
    ever: [i64; MAX_GAUGES],
    /// Households poor at the close of whom illness is the main cause a respondent would name (virtual register).
    poor_named_illness: [i64; MAX_GAUGES],
    /// Infections of an epidemic, felt or not.
    infections: i64,
    /// Of these, felt.
    infections_ill: i64,
    /// In need of admission.
    infections_severe: i64,
    /// Admitted.
    infections_admitted: i64,
    /// Died of it.
    infections_died: i64,
    /// Bills of infections, fen.
    infections_bill: i64,
    /// Out of pocket on them.
    infections_oop: i64,
    /// Needs of an admission that were sent home with a visit, because waste is taken off.
    sent_home: i64,
    /// Months of rehabilitation.
    rehabilitation_months: i64,
    /// Bills for them, fen.
    rehabilitation_bill: i64,
    /// Lasting loss of work that came back, per cent of a person's work.
    recovered_percent: i64,
    /// Households screened, each time.
    screened: i64,
    /// Of these, at risk.
    screened_at_risk: i64,
    /// Of these, found.
    screened_found: i64,
    /// Screened, not at risk and wrongly found.
    screened_wrongly: i64,
    /// Relief paid to households for which aid was opened, fen.
    relief: i64,
    /// People on 1 January with each condition; of these, who know of it; of these, controlled.
    conditions: [[i64; 3]; CONDITIONS.len()],
}

tally! {
    /// What is counted of the households of one fifth of permanent income, county and year: what the truth table of illness
    /// and financial protection need. Sums over fifths are the counts of the same name in [`Tally`].
    FifthTally:
    /// Households with a living member at the close.
    households_held: i64,
    /// Their members on 1 January.
    persons_held: i64,
    /// Out of pocket of all households, before what stayed unpaid, fen.
    oop: i64,
    /// Persons whose household spent more than 10% of consumption plus care out of pocket.
    catastrophic_10: i64,
    /// More than 25%.
    catastrophic_25: i64,
    /// Households that spent at least 40% of capacity to pay.
    catastrophic_40: i64,
    /// Households poor at the close, by gauge.
    poor: [i64; MAX_GAUGES],
    /// Households not poor on 1 January, by gauge.
    at_risk: [i64; MAX_GAUGES],
    /// Of these, poor at the close.
    returned: [i64; MAX_GAUGES],
    /// Of these, above the line by accounting.
    returned_accounting: [i64; MAX_GAUGES],
    /// At risk and poor in the shadow without this year's bills (no such count in [`Tally`]).
    returned_without_bill: [i64; MAX_GAUGES],
    /// At risk and poor in the shadow without any illness of this year.
    returned_without_illness: [i64; MAX_GAUGES],
    /// Truth table over households at risk, by gauge.
    causes: [[i64; CAUSES]; MAX_GAUGES],
}

/// The tallies of one county and year, by category.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CountyYear {
    /// By category; the lifted cell holds the closed cohort, whatever its standing has become.
    pub cells: [Tally; CATEGORIES],
    /// By fifth of permanent income, the poorest first ([`fifth_of`]): the closed cohort, then everybody else.
    pub fifths: [[FifthTally; FIFTHS]; 2],
    /// People on 1 January by sex and age group ([`AGE_GROUPS`]).
    pub persons_by_age: [[i64; AGE_GROUPS]; 2],
    /// Of these, dead by 31 December.
    pub deaths_by_age: [[i64; AGE_GROUPS]; 2],
    /// People on 1 January with each condition, by age group.
    pub conditions_by_age: [[i64; CONDITIONS.len()]; AGE_GROUPS],
    /// What bank and kin lent.
    pub lending: Lending,
}

/// Fifths of permanent income.
pub const FIFTHS: usize = 5;

/// Where fifths of a standard normal part: its quantiles at 0.2, 0.4, 0.6 and 0.8.
const FIFTHS_FROM: [f32; FIFTHS - 1] = [-0.841_621_2, -0.253_347_1, 0.253_347_1, 0.841_621_2];

/// The fifth of a household by its permanent income score, from 0, the poorest. The score is standard normal over all
/// households at founding and is written once, so the fifth is the same in every scenario; who splits off keeps to the fifths
/// of the founding.
#[inline]
pub fn fifth_of(permanent: f32) -> usize {
    FIFTHS_FROM.iter().map(|&from| usize::from(permanent >= from)).sum()
}

/// Groups of completed age: 0, 1 to 4, then by five years to 85 and above, as life tables have them.
pub const AGE_GROUPS: usize = 19;

/// The group of an age.
#[inline]
pub fn age_group(age: u8) -> usize {
    match age {
        0 => 0,
        1..5 => 1,
        _ => (usize::from(age) / 5 + 1).min(AGE_GROUPS - 1),
    }
}

impl Add for CountyYear {
    fn add(&mut self, other: &CountyYear) {
        self.cells.add(&other.cells);
        self.fifths.add(&other.fifths);
        self.persons_by_age.add(&other.persons_by_age);
        self.deaths_by_age.add(&other.deaths_by_age);
        self.conditions_by_age.add(&other.conditions_by_age);
        self.lending.add(&other.lending);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adding_adds_every_field() {
        let mut one = Tally {
            persons: 2,
            ..Tally::default()
        };
        one.causes[1][3] = 5;
        let mut sum = one.clone();
        sum.add(&one);
        assert_eq!((sum.persons, sum.causes[1][3]), (4, 10));
    }

    #[test]
    fn fifths_part_at_the_quantiles_of_the_normal() {
        for (at, from) in FIFTHS_FROM.into_iter().enumerate() {
            let quantile = crate::maths::normal_quantile(0.2 * (at + 1) as f64);
            assert!((f64::from(from) - quantile).abs() < 1e-6, "{from} {quantile}");
            assert_eq!((fifth_of(from - 1e-4), fifth_of(from)), (at, at + 1));
        }
    }
}
