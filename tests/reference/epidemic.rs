//! Whom a wave strikes, given the infections per person of each village: the wave itself is the engine's.

use super::books::{Around, Books, Resident};
use super::luck::MonthLuck;
use super::month::Struck;
use kangcun::draws::{Luck, Purpose};
use kangcun::month::care_seeking::Need;
use kangcun::month::illness::Event;

/// A draw of a person for life: 0 the rank of infection, 1 that of vaccination.
fn for_life(luck: Luck, person: u64, index: u64) -> f64 {
    luck.stream(Purpose::Infection, 0).uniform(person, index)
}

fn vaccinated(resident: &Resident, luck: Luck) -> bool {
    let coverage = &resident.law.rules.epidemic.vaccine.coverage_share;
    for_life(luck, resident.row.id, 1) < coverage.at(resident.age)
}

/// Of the admitted, the share that dies although treated.
pub fn fatality(resident: &Resident, luck: Luck) -> f64 {
    let rules = &resident.law.rules.epidemic;
    let all = rules.admission_fatality_share.at(resident.age);
    if vaccinated(resident, luck) {
        all - all * rules.vaccine.fatality_effect_share
    } else {
        all
    }
}

/// Infections of the month that are felt, in the order of people; all are counted.
pub fn infections(books: &mut Books, around: &Around, luck: &MonthLuck) -> Vec<Struck> {
    let Some(wave) = around.wave else { return Vec::new() };
    let mut struck = Vec::new();
    for at in 0..books.residents.len() {
        let resident = &books.residents[at];
        if resident.row.gone {
            continue;
        }
        let home = resident.home;
        let village = &wave.villages[around.first_village + usize::from(books.homes[home].row.village)];
        let group = match resident.age {
            ..18 => 0,
            18..60 => 1,
            60..80 => 2,
            _ => 3,
        };
        let month = luck.when.index();
        let (from, to) = (village[month][group], village[month + 1][group]);
        // The rank comes round once more with every whole infection per person.
        let rank = for_life(around.luck, resident.row.id, 0);
        if !(0..200)
            .map(|round| rank + f64::from(round))
            .any(|rank| from < rank && rank <= to)
        {
            continue;
        }
        let felt = felt(resident, around.luck, luck);
        let weight = books.homes[home].weight();
        let count = books.count(home);
        count.infections += weight;
        if let Some(need) = felt {
            count.infections_ill += weight;
            struck.push((at, Event::Infection(need)));
        }
    }
    struck
}

/// What the infected feel: from the bottom of the draw, need of admission, moderate, minor, nothing.
fn felt(resident: &Resident, life: Luck, luck: &MonthLuck) -> Option<Need> {
    let rules = &resident.law.rules.epidemic;
    let mut severe = rules.admission_share.at(resident.age);
    if vaccinated(resident, life) {
        severe *= 1.0 - rules.vaccine.severe_effect_share;
    }
    let light = (rules.symptomatic_share.at(resident.age) - severe).max(0.0);
    let moderate = light * rules.moderate_share;
    let draws = luck.luck.stream(Purpose::InfectionCourse, luck.when.0);
    let course = draws.uniform(resident.row.id, 0);
    let steps = [
        (severe, Need::Admission),
        (moderate, Need::Moderate),
        (light - moderate, Need::Minor),
    ];
    let mut above = 0.0;
    for (share, need) in steps {
        above += share;
        if course < above {
            return Some(need);
        }
    }
    None
}
