//! What the rows of a sweep say together.

use super::{Role, Row};
use crate::indicators::table::holm;

/// How much of what rows show is assumed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Assumed {
    /// Levers with a grade of evidence.
    pub levers: usize,
    /// Of these, assumptions (grade D).
    pub assumed: usize,
    /// Programmes all of whose levers are assumptions.
    pub wholly: usize,
    /// Programmes.
    pub programmes: usize,
}

impl Assumed {
    /// Of rows.
    pub fn of(rows: &[Row]) -> Assumed {
        Assumed {
            levers: rows.iter().map(|row| row.levers).sum(),
            assumed: rows.iter().map(|row| row.assumed).sum(),
            wholly: rows.iter().filter(|row| row.assumed == row.levers).count(),
            programmes: rows.len(),
        }
    }

    /// In a sentence.
    pub fn sentence(&self) -> String {
        format!(
            "Of {} graded levers of these programmes {} are assumptions (grade D); {} of {} programmes rest on assumptions alone: \
             a ranking of programmes is largely a ranking of assumptions.",
            self.levers, self.assumed, self.wholly, self.programmes
        )
    }
}

/// How many effects on return to poverty are beyond noise one by one, and how many when all are looked at together.
pub fn sentence_on_returns(rows: &[Row]) -> String {
    let effects = rows
        .iter()
        .filter_map(|row| Some((row, row.cell(Role::Return)?.difference)));
    let effects: Vec<_> = effects.collect();
    let p: Vec<f64> = effects.iter().map(|(_, effect)| effect.p()).collect();
    let alone = effects.iter().filter(|(_, effect)| effect.is_beyond_noise()).count();
    let stands = holm(&p, 0.05);
    let together = stands.iter().filter(|stands| **stands).count();
    let raised = effects
        .iter()
        .zip(&stands)
        .filter(|((_, effect), stands)| **stands && effect.mean > 0.0);
    let lost = effects
        .iter()
        .zip(&stands)
        .filter(|((_, effect), stands)| !**stands && effect.is_beyond_noise());
    let lost: Vec<&str> = lost.map(|((row, _), _)| row.programme.id.as_str()).collect();
    let not = if lost.is_empty() {
        String::new()
    } else {
        format!("; not {}", lost.join(", "))
    };
    format!(
        "Of {} effects on return to poverty {alone} are beyond noise one by one, and {together} when all are looked at together (Holm, 5%), of \
         which {} raise it{not}.",
        effects.len(),
        raised.count()
    )
}
