//! Status: who receives dibao, who is monitored: granted with error and delay, from what the register saw at the close.
//!
//! At the close: below the dibao standard of next year a household is granted dibao with `dibao_grant_share`; it then
//! gets a twelfth of `dibao_topup_share` of the gap each month of the next year. One found above loses it with
//! `dibao_end_share`. Below the monitoring line a household is put under monitoring with `monitoring_sensitivity_share`
//! for `monitoring_years`. Extremely poor households stay what they are, and so do those on dibao since founding, whose
//! dibao is part of their transfer income. Standards grow by `dibao_growth` and `monitoring_growth` a year since 2020.

use crate::draws::Stream;
use crate::units::Fen;
use crate::world::Category;
use serde::Deserialize;

/// Status rules as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusRules {
    /// Rural dibao standard per head and year in 2020.
    pub dibao_standard_yuan: f64,
    /// Growth of the dibao standard per year.
    pub dibao_growth: f64,
    /// Probability per year that a household below the standard is granted dibao (inclusion; its complement is exclusion
    /// error and delay).
    pub dibao_grant_share: f64,
    /// Part of the gap to the standard that is topped up.
    pub dibao_topup_share: f64,
    /// Probability per year that a granted household found above the standard loses it.
    pub dibao_end_share: f64,
    /// Monitoring line per head and year in 2020.
    pub monitoring_line_yuan: f64,
    /// Growth of the monitoring line per year.
    pub monitoring_growth: f64,
    /// Probability that a household below the monitoring line is put under monitoring.
    pub monitoring_sensitivity_share: f64,
    /// Years that monitoring lasts.
    pub monitoring_years: f64,
}

/// What the register knows of a household at the close.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Identity of the household.
    pub id: u64,
    /// Assessed income of the year net of rigid expenditure, of the household.
    pub net: Fen,
    /// Members.
    pub size: i64,
    /// The year that ends.
    pub year: i32,
}

/// The standing of a household for the year that begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Category.
    pub category: Category,
    /// Dibao per month.
    pub dibao_month: Fen,
    /// Monitored until the end of this year.
    pub monitored_until: u16,
}

/// The lines of a year's review, fen per head and year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standards {
    /// The dibao standard of the next year: what is granted is paid then.
    pub dibao: Fen,
    /// The monitoring line.
    pub monitoring: Fen,
}

/// The review at the close of a year: the rules, and what is the same for everybody.
#[derive(Clone, Copy, Debug)]
pub struct Review<'a> {
    /// The rules.
    pub rules: &'a StatusRules,
    /// What the year holds households against.
    pub standards: Standards,
    /// The luck of the year: draw 0 for dibao, 1 for monitoring.
    pub draws: Stream,
}

impl StatusRules {
    /// The lines of the review at the close of `year`.
    pub fn standards(&self, year: i32) -> Standards {
        let years = year - 2020;
        Standards {
            dibao: Fen::yuan(self.dibao_standard_yuan * (1.0 + self.dibao_growth).powi(years + 1)),
            monitoring: Fen::yuan(self.monitoring_line_yuan * (1.0 + self.monitoring_growth).powi(years)),
        }
    }
}

impl Review<'_> {
    /// Next year's standing. Tekun stay; dibao households of founding keep what their transfer income already holds.
    #[inline]
    pub fn next(&self, now: Standing, lifted: bool, seen: &Seen) -> Standing {
        let own = if lifted { Category::Lifted } else { Category::Ordinary };
        let settled = matches!(
            now.category,
            Category::Lifted | Category::Ordinary | Category::Monitored
        );
        if settled && seen.net >= self.standards.dibao.max(self.standards.monitoring) * seen.size {
            // Most households: above both lines, whatever the draws.
            let monitored = i32::from(now.monitored_until) > seen.year;
            return Standing {
                category: if monitored { Category::Monitored } else { own },
                ..now
            };
        }
        self.look_closely(now, own, seen)
    }

    /// The standing of a household below a line, or on dibao.
    fn look_closely(&self, now: Standing, own: Category, seen: &Seen) -> Standing {
        let (rules, standard) = (self.rules, self.standards.dibao);
        let below = |per_head: i64| standard.less(Fen(per_head)) * seen.size;
        let topup = |gap: Fen| gap.scaled(rules.dibao_topup_share / 12.0).max(Fen(1));
        let size = seen.size.max(1);
        let per_head = seen.net.0 / size;
        let gap = below(per_head);
        let dibao = |share| self.draws.happens(seen.id, 0, share);
        let mut next = now;
        match now.category {
            Category::Tekun => return now,
            Category::Dibao if now.dibao_month == Fen::ZERO => return now,
            Category::Dibao if gap == Fen::ZERO && dibao(rules.dibao_end_share) => {
                next.category = own;
                next.dibao_month = Fen::ZERO;
            }
            Category::Dibao => {
                // The year's assessed income holds the dibao paid: the top-up is set against income without it.
                next.dibao_month = topup(below(per_head - now.dibao_month.0 * 12 / size));
                return next;
            }
            _ if gap > Fen::ZERO && dibao(rules.dibao_grant_share) => {
                next.category = Category::Dibao;
                next.dibao_month = topup(gap);
                return next;
            }
            _ => {}
        }
        if Fen(per_head) < self.standards.monitoring
            && self.draws.happens(seen.id, 1, rules.monitoring_sensitivity_share)
        {
            next.monitored_until = (seen.year + rules.monitoring_years as i32) as u16;
        }
        next.category = if i32::from(next.monitored_until) > seen.year {
            Category::Monitored
        } else {
            own
        };
        next
    }
}
