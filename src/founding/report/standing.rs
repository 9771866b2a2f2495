//! Incomes, and standing with the authorities.

use super::{Rows, Source, blocks, per_head, sum};
use crate::founding::income;
use crate::founding::rules::FoundingRules;
use crate::world::{Block, Category, World};

pub(super) fn incomes(rows: &mut Rows, world: &World, rules: &FoundingRules) {
    const YEARBOOK: Source = Source("China Statistical Yearbook, rural households by quintile", "C");
    const NBS: Source = Source("NBS 2020", "C");
    let mut list: Vec<(f64, f64, f64)> = Vec::new();
    let mut sources = [0.0; 4];
    let mut remitted = 0.0;
    for block in blocks(world) {
        for h in 0..block.households.len() {
            let weight = f64::from(block.households.weight[h]);
            let people = weight * f64::from(block.households.size[h]);
            let income = people * per_head(world, rules, block, h);
            list.push((weight, people, income));
            let shares = block.households.source_share[h];
            for (sum, share) in sources.iter_mut().zip(shares) {
                *sum += income * f64::from(share);
            }
            remitted += income * f64::from(shares[0]) * f64::from(block.households.remitted_share[h]);
        }
    }
    list.sort_by(|a, b| (a.2 / a.1).total_cmp(&(b.2 / b.1)));
    let realised = income::quintiles(list.iter().copied());
    for (fifth, published) in income::quintile_means(&rules.income).into_iter().enumerate() {
        let name = format!("mean of fifth {}", fifth + 1);
        rows.add("income", name, "yuan per head", realised[fifth])
            .against(published, Some(3.0), YEARBOOK);
    }
    let households: f64 = list.iter().map(|row| row.0).sum();
    let (people, income) = list.iter().fold((0.0, 0.0), |sum, row| (sum.0 + row.1, sum.1 + row.2));
    let mean = income / f64::max(people, 1e-9);
    rows.add("income", "mean", "yuan per head", mean)
        .against(rules.income.mean_yuan, Some(2.0), NBS);
    rows.add(
        "income",
        "mean of the five means over the mean",
        "ratio",
        realised.iter().sum::<f64>() / 5.0 / mean,
    )
    .against(1.0413, Some(2.0), NBS);
    let mut below = 0.0;
    let median = list.iter().find(|row| {
        below += row.0;
        below >= households / 2.0
    });
    let median = median.map_or(0.0, |row| row.2 / row.1);
    rows.add("income", "median household", "yuan per head", median)
        .against(rules.income.median_yuan, Some(7.0), NBS);
    for (source, name) in crate::world::SOURCES.into_iter().enumerate() {
        let published = rules.income.source_share.get(source).copied().unwrap_or(0.0) * 100.0;
        rows.add("source", name, "%", sources[source] / income * 100.0)
            .against(published, Some(2.0), NBS);
    }
    rows.add(
        "source",
        "sent by migrants, of all wages",
        "%",
        remitted / sources[0].max(1e-9) * 100.0,
    );
}

pub(super) fn standing(rows: &mut Rows, world: &World, rules: &FoundingRules) {
    let (all_households, all) = sum(blocks(world), |_, _| true);
    let cohort = |block: &Block, h: usize| block.households.cohort[h];
    let (lifted_households, lifted) = sum(blocks(world), cohort);
    let wanted = &rules.standing;
    rows.add("standing", "in the lifted cohort", "%", lifted / all * 100.0)
        .against(
            wanted.lifted_share * 100.0,
            Some(1.0),
            Source("98.99 million over residents or registered people: 10 to 19%", "D"),
        );
    let mut income = 0.0;
    for block in blocks(world) {
        for h in (0..block.households.len()).filter(|&h| cohort(block, h)) {
            let people = f64::from(block.households.weight[h]) * f64::from(block.households.size[h]);
            income += people * per_head(world, rules, block, h);
        }
    }
    rows.add(
        "standing",
        "mean income of the cohort",
        "yuan per head",
        income / lifted.max(1e-9),
    )
    .against(wanted.lifted_mean_yuan, Some(5.0), Source("SCIO 2021-04-07", "A"));
    for (category, share, tolerance) in [
        (Category::Tekun, wanted.tekun_share, 0.4),
        (Category::Dibao, wanted.dibao_share, 1.0),
        (Category::Monitored, wanted.monitored_share, 0.4),
    ] {
        let people = sum(blocks(world), |block, h| block.households.category[h] == category).1;
        rows.add("standing", category.name(), "%", people / all * 100.0)
            .against(
                share * 100.0,
                Some(tolerance),
                Source("Ministry of Civil Affairs 2020; State Council poverty office 2019", "C"),
            );
    }
    let known = |block: &Block, h: usize| {
        let first = block.households.first[h] as usize;
        let members = &block.people.conditions[first..first + usize::from(block.households.size[h])];
        members.iter().any(|conditions| conditions.any_known())
    };
    let ill = sum(blocks(world), |block, h| known(block, h)).0;
    let ill_lifted = sum(blocks(world), |block, h| cohort(block, h) && known(block, h)).0;
    rows.add(
        "standing",
        "households with a known chronic illness",
        "%",
        ill / all_households * 100.0,
    );
    rows.add(
        "standing",
        "the same in the cohort",
        "%",
        ill_lifted / lifted_households.max(1e-9) * 100.0,
    );
    let assisted = sum(blocks(world), |block, h| {
        cohort(block, h) && block.households.category[h] != Category::Lifted
    })
    .1;
    rows.add(
        "standing",
        "of the cohort on dibao or tekun",
        "%",
        assisted / lifted.max(1e-9) * 100.0,
    )
    .against(
        wanted.cohort_assisted_share * 100.0,
        Some(3.0),
        Source("19.36 million in 2020, from memory", "C"),
    );
}
