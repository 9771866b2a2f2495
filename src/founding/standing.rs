//! Who is registered and lifted, who is extremely poor, on dibao or monitored: drawn from permanent income, age and
//! illness, never from this year's luck.

use super::Draft;
use super::population::bisect;
use super::rules::StandingRules;
use crate::draws::Stream;
use crate::maths;
use crate::world::Category;

const BINS: usize = 128;
const REACH: f64 = 5.0;
const NODES: usize = 32;

/// People and households that share a permanent score before normalisation and whether an illness is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cell {
    /// The raw permanent score.
    pub raw: f64,
    /// Whether a member has a known chronic illness.
    pub known: bool,
    /// Agent households.
    pub households: f64,
    /// Agents.
    pub people: f64,
}

/// The chance that an agent household belongs to the cohort: odds fall with the raw permanent score.
#[derive(Clone, Copy, Debug)]
pub struct Selection {
    intercept: f64,
    slope: f64,
    illness: f64,
    oversampling: f64,
    /// Permanent score below which nobody was declared lifted.
    lowest: f64,
}

impl Selection {
    /// The chance of an agent household; a household of the cohort is `oversampling` times as likely to be an agent.
    pub fn chance(&self, raw: f64, known: bool) -> f64 {
        if raw < self.lowest {
            return 0.0;
        }
        let illness = if known { self.illness } else { 0.0 };
        let odds = self.oversampling * maths::exp((self.intercept - self.slope * raw + illness).clamp(-40.0, 40.0));
        odds / (1.0 + odds)
    }

    /// Real people per agent and the cohort's share of real people, over `cells`.
    fn share(&self, cells: &[Cell]) -> f64 {
        let (mut lifted, mut all) = (0.0, 0.0);
        for cell in cells {
            let chance = self.chance(cell.raw, cell.known);
            lifted += cell.people * chance;
            all += cell.people * (chance + self.oversampling * (1.0 - chance));
        }
        lifted / f64::max(all, 1e-12)
    }

    /// Mean expected income per head of the cohort when the permanent score is normalised over real households.
    fn mean_income(&self, cells: &[Cell], expected: &Expected) -> f64 {
        let weight = |cell: &Cell| {
            let chance = self.chance(cell.raw, cell.known);
            (chance, chance + self.oversampling * (1.0 - chance))
        };
        let all: f64 = cells.iter().map(|cell| cell.households * weight(cell).1).sum();
        let (mut below, mut people, mut income) = (0.0, 0.0, 0.0);
        for cell in cells {
            let (chance, weight) = weight(cell);
            let here = cell.households * weight;
            let rank = ((below + 0.5 * here) / all.max(1e-12)).clamp(1e-6, 1.0 - 1e-6);
            below += here;
            people += cell.people * chance;
            income += cell.people * chance * expected.at(maths::normal_quantile(rank));
        }
        income / people.max(1e-12)
    }
}

/// Finds the selection whose cohort has its share of people and its mean income; `cells` ascend by raw score.
pub fn select(rules: &StandingRules, cells: &[Cell], expected: &Expected) -> Selection {
    let with = |slope: f64| {
        let mut selection = Selection {
            intercept: 0.0,
            slope,
            illness: maths::ln(rules.lifted_illness_odds_ratio.max(1e-6)),
            oversampling: rules.lifted_oversample_ratio.round().max(1.0),
            // The raw score is close to standard normal, so the expected income at it serves for the bound.
            lowest: bisect(-4.0, 1.0, |score| expected.at(score) - rules.lifted_lowest_yuan),
        };
        selection.intercept = bisect(-15.0, 10.0, |intercept| {
            Selection { intercept, ..selection }.share(cells) - rules.lifted_share
        });
        selection
    };
    with(bisect(0.0, 6.0, |slope| {
        rules.lifted_mean_yuan - with(slope).mean_income(cells, expected)
    }))
}

/// The agents in cells by raw score and known illness.
pub fn cells(drafts: &[Draft]) -> Vec<Cell> {
    let mut cells: Vec<Cell> = (0..2 * BINS)
        .map(|at| Cell {
            raw: -REACH + ((at / 2) as f64 + 0.5) * 2.0 * REACH / BINS as f64,
            known: at % 2 == 1,
            ..Cell::default()
        })
        .collect();
    for draft in drafts {
        let bin = ((draft.raw + REACH) / (2.0 * REACH) * BINS as f64).clamp(0.0, BINS as f64 - 1.0) as usize;
        let cell = &mut cells[2 * bin + usize::from(draft.known)];
        cell.households += 1.0;
        cell.people += f64::from(draft.row.size);
    }
    cells.retain(|cell| cell.households > 0.0);
    cells
}

/// Expected income per head by normalised permanent score, over the persistent and transitory scores.
pub struct Expected {
    table: Vec<f64>,
}

impl Expected {
    /// Tabulates `per_head(score)` with a permanent part of weight `sqrt(permanent_share)`.
    pub fn new(permanent_share: f64, per_head: impl Fn(f64) -> f64) -> Expected {
        let (permanent, rest) = (permanent_share.sqrt(), (1.0 - permanent_share).max(0.0).sqrt());
        let nodes: [f64; NODES] = std::array::from_fn(|at| maths::normal_quantile((at as f64 + 0.5) / NODES as f64));
        let table = (0..=160)
            .map(|at| {
                let score = -4.0 + f64::from(at) * 0.05;
                nodes
                    .iter()
                    .map(|node| per_head(permanent * score + rest * node))
                    .sum::<f64>()
                    / NODES as f64
            })
            .collect();
        Expected { table }
    }

    /// Expected yuan per head at normalised permanent score `score`.
    pub fn at(&self, score: f64) -> f64 {
        let at = ((score + 4.0) * 20.0).clamp(0.0, 159.999);
        let (below, part) = (at as usize, at.fract());
        self.table[below] * (1.0 - part) + self.table[below + 1] * part
    }
}

/// Draws the cohort; sets `cohort`, `category` and `weight`.
pub fn draw_cohort(selection: &Selection, drafts: &mut [Draft], luck: Stream) {
    let oversampling = selection.oversampling as u16;
    for draft in drafts {
        let lifted = luck.happens(draft.row.id, 0, selection.chance(draft.raw, draft.known));
        draft.row.cohort = lifted;
        draft.row.category = if lifted { Category::Lifted } else { Category::Ordinary };
        draft.row.weight = if lifted { 1 } else { oversampling };
    }
}

/// Draws who is extremely poor, on dibao or monitored, inside and outside the cohort.
pub fn draw_support(rules: &StandingRules, year: i32, drafts: &mut [Draft], luck: Stream) {
    let assisted = rules.tekun_share + rules.dibao_share;
    let inside = rules.lifted_share * rules.cohort_assisted_share;
    let outside = (assisted - inside).max(0.0);
    let tekun = rules.tekun_share / assisted.max(1e-12);
    // (category, in the cohort, share of all people, odds without a worker, draw)
    let lots = [
        (
            Category::Tekun,
            true,
            inside * tekun,
            rules.tekun_no_worker_odds_ratio,
            1,
        ),
        (
            Category::Dibao,
            true,
            inside * (1.0 - tekun),
            rules.no_worker_odds_ratio,
            2,
        ),
        (
            Category::Tekun,
            false,
            outside * tekun,
            rules.tekun_no_worker_odds_ratio,
            1,
        ),
        (
            Category::Dibao,
            false,
            outside * (1.0 - tekun),
            rules.no_worker_odds_ratio,
            2,
        ),
        (Category::Monitored, false, rules.monitored_share, 1.0, 3),
    ];
    let all: f64 = drafts.iter().map(Draft::people).sum();
    for (category, cohort, share, no_worker_odds, index) in lots {
        let open = |draft: &Draft| {
            draft.row.cohort == cohort && matches!(draft.row.category, Category::Lifted | Category::Ordinary)
        };
        let no_worker = maths::ln(no_worker_odds.max(1e-6));
        let mut mass = [[0.0; 2]; BINS];
        let bin = |draft: &Draft| {
            ((f64::from(draft.row.permanent) + REACH) / (2.0 * REACH) * BINS as f64).clamp(0.0, BINS as f64 - 1.0)
                as usize
        };
        for draft in drafts.iter().filter(|draft| open(draft)) {
            mass[bin(draft)][usize::from(!draft.prime)] += draft.people();
        }
        let chance = |intercept: f64, bin: usize, alone: bool| {
            let score = -REACH + (bin as f64 + 0.5) * 2.0 * REACH / BINS as f64;
            let log_odds = intercept - rules.support_income_slope_ratio * score + if alone { no_worker } else { 0.0 };
            1.0 / (1.0 + maths::exp(-log_odds))
        };
        let intercept = bisect(-20.0, 15.0, |intercept| {
            let expected: f64 = (0..BINS)
                .map(|bin| mass[bin][0] * chance(intercept, bin, false) + mass[bin][1] * chance(intercept, bin, true))
                .sum();
            expected - share * all
        });
        for draft in drafts.iter_mut().filter(|draft| open(draft)) {
            if luck.happens(draft.row.id, index, chance(intercept, bin(draft), !draft.prime)) {
                draft.row.category = category;
                if category == Category::Monitored {
                    draft.row.monitored_until = (year + 1) as u16;
                }
            }
        }
    }
}
