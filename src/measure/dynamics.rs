//! Poverty over time: who leaves it, who returns, who stays, on a panel of households or persons and waves.

pub mod chronic;
pub mod markov;
pub mod returns;
pub mod spells;

/// A panel in money of its poverty lines: welfare over line, a row for each household or person and a cell for each wave.
/// Waves are equally far apart; poor is who is strictly below 1.
#[derive(Clone, Debug)]
pub struct Panel {
    weight: Vec<f64>,
    waves: usize,
    welfare: Vec<Option<f64>>,
}

impl Panel {
    /// A panel of rows with a weight and one cell for each of `waves` waves, nothing where the row was not seen.
    pub fn new(waves: usize) -> Panel {
        Panel {
            weight: Vec::new(),
            waves,
            welfare: Vec::new(),
        }
    }

    /// Adds a row. `welfare` has as many cells as there are waves.
    pub fn push(&mut self, weight: f64, welfare: impl IntoIterator<Item = Option<f64>>) {
        self.weight.push(weight);
        self.welfare.extend(welfare);
        debug_assert_eq!(self.welfare.len(), self.weight.len() * self.waves);
    }

    /// Waves.
    pub fn waves(&self) -> usize {
        self.waves
    }

    /// Weight and welfare of every row.
    pub fn rows(&self) -> impl Iterator<Item = (f64, &[Option<f64>])> {
        self.weight.iter().copied().zip(self.welfare.chunks_exact(self.waves))
    }

    /// Rows that were seen in every wave.
    fn whole(&self) -> impl Iterator<Item = (f64, Vec<f64>)> {
        self.rows()
            .filter_map(|(weight, welfare)| Some((weight, welfare.iter().copied().collect::<Option<Vec<f64>>>()?)))
    }

    /// Moves between being poor (state 0) and not (state 1), of all pairs of neighbouring waves in which a row was seen.
    pub fn moves(&self) -> markov::Moves {
        let mut moves = markov::Moves::new(2);
        for (weight, welfare) in self.rows() {
            for pair in welfare.windows(2) {
                if let [Some(before), Some(after)] = pair {
                    moves.add(usize::from(*before >= 1.0), usize::from(*after >= 1.0), weight);
                }
            }
        }
        moves
    }
}
