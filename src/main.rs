//! kangcun
use kangcun::{run, scenario::Scenario};
fn main() {
    let s = match Scenario::load("baseline", &std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(s) => s,
        Err(p) => {
            eprintln!("{p}");
            std::process::exit(65)
        }
    };
    let p = match run::Policy::new(s) {
        Ok(s) => s,
        Err(p) => {
            eprintln!("{p}");
            std::process::exit(65)
        }
    };
    let t = std::time::Instant::now();
    let r = run::run(&p, 0, &|| ()).unwrap();
    eprintln!("{:?}", t.elapsed());
    for y in &r.years {
        let mut t = kangcun::indicators::tally::Tally::default();
        use kangcun::indicators::tally::Add;
        for c in &y.counties {
            for cell in &c.counted.cells {
                t.add(cell);
            }
        }
        let n = t.persons as f64;
        let ad: i64 = t.admissions.iter().sum();
        println!(
            "{} persons {} hh {} visits/head {:.2} {:?} adm/100enr {:.1} split {:?} survey {:.3} bills {:?} rates {:?}",
            y.year,
            t.persons,
            t.households,
            t.visits.iter().sum::<i64>() as f64 / n,
            t.visits
                .iter()
                .map(|v| (*v as f64 / n * 100.).round() / 100.)
                .collect::<Vec<_>>(),
            ad as f64 / t.enrolled as f64 * 100.,
            t.admissions
                .iter()
                .map(|v| (*v as f64 / ad as f64 * 1000.).round() / 1000.)
                .collect::<Vec<_>>(),
            t.adults_admitted as f64 / t.adults as f64,
            (2..5)
                .map(|i| t.admission_bill[i] / 100 / t.admissions[i].max(1))
                .collect::<Vec<_>>(),
            (2..5)
                .map(|i| t.admission_basic[i] as f64 / t.admission_catalogue[i] as f64)
                .collect::<Vec<_>>()
        );
        println!(
            "   meanbill {} oop/head {:.0} unpaid/head {:.0} oopshare_adm {:.3} layers/head {:?} fund/enr {:.0} che40 {:.3} che10 {:.3} lost/head {:.0} income/head {:.0} cons/head {:.0} debtHH {:.3}",
            t.bill_admissions / 100 / ad.max(1),
            t.oop as f64 / n / 100.,
            t.unpaid as f64 / n / 100.,
            t.oop_admissions as f64 / t.bill_admissions as f64,
            t.layers
                .iter()
                .map(|v| (*v as f64 / n / 100.).round())
                .collect::<Vec<_>>(),
            y.counties.iter().map(|c| c.fund.claims.0).sum::<i64>() as f64 / 100. / t.enrolled as f64,
            t.catastrophic_40 as f64 / t.households as f64,
            t.catastrophic_10 as f64 / n,
            t.lost_income as f64 / n / 100.,
            t.income as f64 / n / 100.,
            t.consumed as f64 / n / 100.,
            t.households_in_medical_debt as f64 / t.households as f64
        );
        println!(
            "   needs/head {:?} forgone {:?}",
            t.needs.iter().map(|v| *v as f64 / n).collect::<Vec<_>>(),
            t.forgone
                .iter()
                .zip(t.needs)
                .map(|(f, n)| f
                    .iter()
                    .map(|x| (*x as f64 / n as f64 * 1000.).round() / 1000.)
                    .collect::<Vec<_>>())
                .collect::<Vec<_>>()
        );
        let l = y
            .counties
            .iter()
            .fold(kangcun::indicators::tally::Tally::default(), |mut a, c| {
                a.add(&c.counted.cells[2]);
                a
            });
        for (g, (id, _, _)) in r.gauges.iter().enumerate() {
            println!(
                "      {id}: all poor {:.4} lifted poor {:.4} hazard {:.4} noill {:.4} acct {:.3} causes {:?} named {:.3} cum {:.3}",
                t.poor[g] as f64 / t.households as f64,
                l.poor[g] as f64 / l.households as f64,
                l.returned[g] as f64 / l.at_risk[g].max(1) as f64,
                l.returned_without_illness[g] as f64 / l.at_risk[g].max(1) as f64,
                l.returned_accounting[g] as f64 / l.returned[g].max(1) as f64,
                l.causes[g],
                t.poor_named_illness[g] as f64 / t.poor[g].max(1) as f64,
                l.ever[g] as f64 / l.at_start[g].max(1) as f64
            );
        }
        println!(
            "   deaths/1000 {:.2} ages moves {:?} funds {:?}",
            t.deaths as f64 / n * 1000.,
            y.counties
                .iter()
                .map(|c| (c.moves.births, c.moves.arrivals, c.moves.departures))
                .collect::<Vec<_>>(),
            y.counties
                .iter()
                .map(|c| (
                    c.fund.closing.0 / 100 / c.residents.0,
                    c.fund.rate_ppm / 1000,
                    c.fund.aid_ppm / 1000
                ))
                .collect::<Vec<_>>()
        );
        println!(
            "   ht known {:.3} controlled/known {:.3} lifted hh share {:.3}",
            t.hypertension[0] as f64 / t.hypertension[2] as f64,
            t.hypertension[1] as f64 / t.hypertension[0] as f64,
            l.households as f64 / t.households as f64
        );
    }
}
