//! Status: who receives dibao, who is monitored: granted with error and delay, from what the register saw at the close.

use crate::units::Fen;
use crate::world::Category;
use serde::Deserialize;

/// Status rules as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusRules {
    /// Rural dibao standard per head and year in 2020.
    pub dibao_standard_yuan: f64,
    /// Its growth per year.
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
    /// Its growth per year.
    pub monitoring_growth: f64,
    /// Probability that a household below the monitoring line is put under monitoring.
    pub monitoring_sensitivity_share: f64,
    /// Years that monitoring lasts.
    pub monitoring_years: f64,
}

/// What the register knows of a household at the close.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Assessed income net of rigid expenditure, per head and year.
    pub net_per_head: Fen,
    /// Members.
    pub size: i64,
    /// The year that ends.
    pub year: i32,
    /// What the year holds households against.
    pub standards: Standards,
    /// A uniform draw for dibao.
    pub dibao_luck: f64,
    /// A uniform draw for monitoring.
    pub monitoring_luck: f64,
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

impl StatusRules {
    /// The lines of the review at the close of `year`.
    pub fn standards(&self, year: i32) -> Standards {
        let years = year - 2020;
        Standards {
            dibao: Fen::yuan(self.dibao_standard_yuan * (1.0 + self.dibao_growth).powi(years + 1)),
            monitoring: Fen::yuan(self.monitoring_line_yuan * (1.0 + self.monitoring_growth).powi(years)),
        }
    }

    /// Next year's standing. Tekun stay; dibao households of founding keep what their transfer income already holds.
    pub fn review(&self, now: Standing, lifted: bool, seen: &Seen) -> Standing {
        let Standards {
            dibao: standard,
            monitoring,
        } = seen.standards;
        let own = if lifted { Category::Lifted } else { Category::Ordinary };
        let gap = standard.less(seen.net_per_head) * seen.size;
        let topup = gap.scaled(self.dibao_topup_share / 12.0);
        let mut next = now;
        match now.category {
            Category::Tekun => return next,
            Category::Dibao if now.dibao_month == Fen::ZERO => return next,
            Category::Dibao => {
                if gap == Fen::ZERO && seen.dibao_luck < self.dibao_end_share {
                    next = Standing {
                        category: own,
                        dibao_month: Fen::ZERO,
                        ..now
                    };
                } else {
                    // The year's assessed income holds the dibao paid: the top-up is set against income without it.
                    let without = seen.net_per_head.0 - now.dibao_month.0 * 12 / seen.size.max(1);
                    let gap = standard.less(Fen(without)) * seen.size;
                    next.dibao_month = gap.scaled(self.dibao_topup_share / 12.0).max(Fen(1));
                    return next;
                }
            }
            _ if gap > Fen::ZERO && seen.dibao_luck < self.dibao_grant_share => {
                return Standing {
                    category: Category::Dibao,
                    dibao_month: topup.max(Fen(1)),
                    ..now
                };
            }
            _ => {}
        }
        if seen.net_per_head < monitoring && seen.monitoring_luck < self.monitoring_sensitivity_share {
            next.monitored_until = (seen.year + self.monitoring_years as i32) as u16;
        }
        next.category = if i32::from(next.monitored_until) > seen.year {
            Category::Monitored
        } else {
            own
        };
        next
    }
}
