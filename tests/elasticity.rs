//! Use answers prices inside the model about as it did in the published experiment, and less where insurance pays.

use kangcun::study::elasticity::{Margin, arms, measure, published};

#[test]
fn use_answers_prices_as_published_and_less_under_insurance() {
    let sets = ["world.people_count=30000", "run.last_year=2021", "run.replicates=2"].map(str::to_owned);
    let mut arms = arms(&["baseline", "no-insurance"], &sets).unwrap_or_else(|problems| panic!("{problems}"));
    let measured = measure(&mut arms, &|_| ()).unwrap_or_else(|problems| panic!("{problems}"));
    let of = |margin: Margin, under: &str| {
        let one = measured.iter().find(|one| one.margin == margin && one.under == under);
        one.unwrap().measured.mean
    };
    for margin in [Margin::FirstVisit, Margin::Admission] {
        let (insured, uninsured) = (of(margin, "baseline"), of(margin, "no-insurance"));
        let (_, [low, high]) = published(margin);
        assert!(
            (low..=high).contains(&uninsured),
            "{margin:?}: {uninsured} outside {low} to {high}"
        );
        assert!(
            uninsured < insured && insured < 0.0,
            "{margin:?}: {insured} insured, {uninsured} not"
        );
    }
}
