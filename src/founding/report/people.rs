//! People and households.

use super::{Rows, Source, blocks, sum, sum_people};
use crate::founding::population::{CELL_FROM, national};
use crate::founding::rules::FoundingRules;
use crate::units::{Fen32, Month};
use crate::world::{World, age};

pub(super) fn ages(rows: &mut Rows, world: &World, rules: &FoundingRules) {
    const CENSUS: Source = Source("2020 census counties raked to national rural totals", "D");
    let january = Month::of(world.year, 1);
    let mut count = [[0.0; 18]; 2];
    for block in blocks(world) {
        for h in 0..block.households.len() {
            let weight = f64::from(block.households.weight[h]);
            for p in block.members(h) {
                let group = (age(block.people.born[p].month(), january) / 5).clamp(0, 17) as usize;
                count[usize::from(block.people.sex[p])][group] += weight;
            }
        }
    }
    let all: f64 = count.iter().flatten().sum::<f64>().max(1e-9);
    let national = national(&rules.ages);
    let published = |sex: usize, group: i32| -> f64 {
        (0..CELL_FROM.len())
            .filter(|&cell| CELL_FROM[cell] / 5 == group)
            .map(|cell| national[sex][cell])
            .sum()
    };
    for (name, sexes) in [("men", 0..1), ("women", 1..2), ("all", 0..2)] {
        for group in 0..18 {
            let label = if group == 17 {
                "85+".to_owned()
            } else {
                format!("{}-{}", 5 * group, 5 * group + 4)
            };
            let founded = count[sexes.clone()].iter().map(|side| side[group]).sum::<f64>() / all * 100.0;
            let wanted = sexes.clone().map(|sex| published(sex, group as i32)).sum::<f64>() * 100.0;
            rows.add("age", format!("{name} {label}"), "%", founded)
                .against(wanted, Some(0.3), CENSUS);
        }
    }
    let elders: f64 = count.iter().flat_map(|side| &side[12..]).sum::<f64>() / all * 100.0;
    let published: f64 = (0..2)
        .flat_map(|sex| (12..18).map(move |group| (sex, group)))
        .map(|(s, g)| published(s, g))
        .sum();
    rows.add("age", "aged 60 and over", "%", elders)
        .against(published * 100.0, Some(0.5), CENSUS);
    let men = count[0].iter().sum::<f64>();
    rows.add("age", "men per 100 women", "ratio", men / (all - men) * 100.0)
        .against(107.91, Some(2.0), Source("2020 census, from memory", "C"));
}

pub(super) fn households(rows: &mut Rows, world: &World, rules: &FoundingRules) {
    let (all, people) = sum(blocks(world), |_, _| true);
    rows.add("household", "mean size", "persons", people / all).against(
        rules.households.size_count,
        Some(2.0),
        Source("2020 census, rural households, from memory", "C"),
    );
    for size in 1..=7u16 {
        let share = sum(blocks(world), |block, h| block.households.size[h].min(7) == size).0 / all * 100.0;
        let published = rules
            .households
            .size_share
            .get(usize::from(size) - 1)
            .copied()
            .unwrap_or(0.0)
            * 100.0;
        let label = if size == 7 {
            "7 and more".to_owned()
        } else {
            size.to_string()
        };
        let (tolerance, source) = if size == 1 {
            (
                Some(2.0),
                Source(
                    "2020 census: 25.4% of all households, 23.0% in rural-majority counties",
                    "A",
                ),
            )
        } else {
            (None, Source("assumed", "D"))
        };
        rows.add("household", format!("of size {label}"), "%", share)
            .against(published, tolerance, source);
    }
    let elder_homes = elder_households(world) / all * 100.0;
    rows.add("household", "with a member of 65 and over", "%", elder_homes)
        .against(30.7, None, Source("2020 census, rural-majority counties", "A"));
}

fn elder_households(world: &World) -> f64 {
    let january = Month::of(world.year, 1);
    sum(blocks(world), |block, h| {
        let born = &block.people.born[block.members(h)];
        born.iter().any(|born| age(born.month(), january) >= 65)
    })
    .0
}

pub(super) fn health_and_work(rows: &mut Rows, world: &World, rules: &FoundingRules) {
    for (from, to, name) in [
        (18, 44, "18-44"),
        (45, 59, "45-59"),
        (60, 74, "60-74"),
        (75, 200, "75+"),
        (18, 200, "18+"),
    ] {
        let all = sum_people(world.year, blocks(world), |_, _, age| (from..=to).contains(&age));
        let known = sum_people(world.year, blocks(world), |block, p, age| {
            (from..=to).contains(&age) && block.people.conditions[p].any_known()
        });
        let row = rows.add(
            "chronic",
            format!("known chronic illness, {name}"),
            "%",
            known / all.max(1e-9) * 100.0,
        );
        if from == 18 && to == 200 {
            row.against(
                35.2,
                None,
                Source("NHSS 2018, rural adults; CFPS says 18.2 by another definition", "A"),
            );
        }
    }
    for (at, condition) in crate::world::CONDITIONS.into_iter().enumerate() {
        let all = sum_people(world.year, blocks(world), |_, _, age| age >= 18);
        let ill = sum_people(world.year, blocks(world), |block, p, age| {
            age >= 18 && block.people.conditions[p].has(crate::world::CONDITIONS[at])
        });
        rows.add(
            "chronic",
            format!("{}, adults", condition.name()),
            "%",
            ill / all.max(1e-9) * 100.0,
        );
    }
    let people = sum(blocks(world), |_, _| true).1;
    let migrants: f64 = blocks(world)
        .flat_map(|block| block.households.migrants.iter().zip(&block.households.weight))
        .map(|(&migrants, &weight)| f64::from(migrants) * f64::from(weight))
        .sum();
    rows.add("work", "absent migrants per resident", "ratio", migrants / people)
        .against(
            rules.work.migrants_per_resident_ratio,
            Some(5.0),
            Source("169.6 million (2020) over 510 million", "D"),
        );
    let mut savings: Vec<(i64, f64)> = blocks(world)
        .flat_map(|block| block.households.savings.iter().zip(&block.households.weight))
        .map(|(savings, &weight)| (savings.fen().0, f64::from(weight)))
        .collect();
    savings.sort_by_key(|row| row.0);
    let half = savings.iter().map(|row| row.1).sum::<f64>() / 2.0;
    let mut below = 0.0;
    let median = savings.iter().find(|row| {
        below += row.1;
        below >= half
    });
    rows.add(
        "purse",
        "median savings",
        "yuan per household",
        median.map_or(0.0, |row| row.0 as f64 / 100.0),
    )
    .against(
        rules.purse.savings_median_yuan,
        Some(15.0),
        Source("CHFS, 5,000 to 15,000, from memory", "C"),
    );
    let (all, _) = sum(blocks(world), |_, _| true);
    let debt = sum(blocks(world), |block, h| block.households.medical_debt[h] > Fen32::ZERO).0;
    rows.add("purse", "households with medical debt", "%", debt / all * 100.0);
}
