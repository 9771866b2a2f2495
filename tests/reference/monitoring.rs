//! The monitors: a spending trigger, screening, and the relief that comes with aid.

use super::books::{Around, Books, Home};
use super::luck::MonthLuck;
use super::money::{grown, part, yuan};
use kangcun::draws::Purpose;
use kangcun::units::{Fen, Month};
use kangcun::world::Category;

/// Looked at and not noticed: not again this year.
const NEVER: Month = Month(i32::MAX / 2);

fn without_aid_by_standing(home: &Home) -> bool {
    matches!(home.row.category, Category::Lifted | Category::Ordinary)
}

/// Relief begins with the month in which aid opens.
pub fn begin_relief(home: &mut Home, when: Month) {
    if without_aid_by_standing(home) && home.row.aid_open_from.month() == when {
        home.relief_month = yuan(home.law.rules.monitoring.relief_yuan_per_month);
    }
}

/// The monitors look, once a year, at a household whose spending passes the trigger; aid opens after the delay for those
/// who are noticed.
pub fn watch(home: &mut Home, luck: &MonthLuck) {
    let rules = &home.law.rules.monitoring;
    let looked_at = home.row.aid_open_from != Month(0).into();
    let paid_now = home.month.oop > 0;
    let spent = Fen(home.oop_year).as_yuan();
    let trigger = rules.spending_trigger_share * Fen(home.living.normal).as_yuan();
    if without_aid_by_standing(home) && !looked_at && paid_now && spent >= trigger {
        let noticed = luck.of_year(Purpose::Monitoring, home.row.id, 1) < rules.sensitivity_share;
        home.row.aid_open_from = if noticed {
            (luck.when + 1 + rules.delay_months as i32).into()
        } else {
            NEVER.into()
        };
    }
}

/// The screening at the end of a month, if one comes.
pub fn screen(books: &mut Books, around: &Around, luck: &MonthLuck) {
    for at in 0..books.homes.len() {
        let someone_lives = books.living_members(at).next().is_some();
        let home = &mut books.homes[at];
        let law = std::rc::Rc::clone(&home.law);
        let rules = &law.rules.monitoring.screening;
        let month = luck.when.index() as u64 + 1;
        let reached = luck.of_year(Purpose::Monitoring, home.row.id, 14) < rules.reached_share;
        let on_its_way = home.row.aid_open_from != Month(0).into() && home.row.aid_open_from != NEVER.into();
        let comes = month.is_multiple_of(rules.interval_months as u64) && reached;
        if !comes || !someone_lives || on_its_way || !without_aid_by_standing(home) {
            continue;
        }
        let at_risk = (foreseen(home) as f64) < rules.at_risk_ratio * line(home, around) as f64;
        let draw = luck.of_year(Purpose::Monitoring, home.row.id, 1 + month);
        let found = if at_risk {
            draw < rules.sensitivity_share
        } else {
            draw > rules.specificity_share
        };
        if found {
            home.found = true;
            home.row.aid_open_from = (luck.when + 1 + rules.delay_months as i32).into();
        }
        let (weight, cost) = (home.weight(), yuan(rules.look_yuan * law.price_index()));
        let count = books.count(at);
        count.screened += weight;
        count.programme_cost += weight * cost;
        match (at_risk, found) {
            (true, _) => {
                count.screened_at_risk += weight;
                count.screened_found += weight * i64::from(found);
            }
            (false, _) => count.screened_wrongly += weight * i64::from(found),
        }
    }
}

/// The monitoring line of the household, fen a year.
fn line(home: &Home, around: &Around) -> i64 {
    let rules = &home.law.rules.status;
    let years = around.year - kangcun::rules::BASE_YEAR;
    yuan(rules.monitoring_line_yuan * grown(rules.monitoring_growth, years)) * home.size()
}

/// What the register would hold of the year if nothing more happened in it.
fn foreseen(home: &Home) -> i64 {
    let living = &home.living;
    let year_of_work = 12 * (living.wage_month + living.other_month) + living.farm_year;
    let assessed = part(year_of_work - home.lost_year, living.smooth) + 12 * living.public_month;
    assessed - home.years[0].oop - home.years[0].medical_service
}
