//! Sets of shards, and the arrays that they are submitted in.
//!
//! Shards are counted from 1. Slurm's `MaxArraySize` limits the index of a task, not the number of tasks: with 1001 the largest
//! index is 1000. So the tasks of each array are counted from 0, and shard = offset + index.

use super::slurm::Limits;
use std::fmt::Write as _;

/// The most characters of the list of indexes of one array; some versions of `sbatch` read no more than 8,191 in a directive.
const LIST_LENGTH: usize = 4_000;

/// Tasks that are submitted together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Array {
    /// The shard of the task with index 0.
    pub offset: u32,
    /// The shards, ascending; the first is `offset`.
    pub shards: Vec<u32>,
}

impl Array {
    /// The list of indexes as `--array` takes it, such as `0-3,7`.
    pub fn indexes(&self) -> String {
        let indexes: Vec<u32> = self.shards.iter().map(|shard| shard - self.offset).collect();
        ranges(&indexes)
    }
}

/// Ascending numbers as ranges: `1-4,7,9-10`.
///
/// ```
/// # use kangcun::cluster::shards::{ranges, read_ranges};
/// assert_eq!(ranges(&[1, 2, 3, 4, 7, 9, 10]), "1-4,7,9-10");
/// assert_eq!(read_ranges("1-4,7,9-10"), Some(vec![1, 2, 3, 4, 7, 9, 10]));
/// ```
pub fn ranges(numbers: &[u32]) -> String {
    let mut text = String::new();
    for run in numbers.chunk_by(|one, next| one + 1 == *next) {
        let comma = if text.is_empty() { "" } else { "," };
        let _ = match run {
            [first, .., last] => write!(text, "{comma}{first}-{last}"),
            [only] => write!(text, "{comma}{only}"),
            [] => Ok(()),
        };
    }
    text
}

/// The numbers of a list of ranges as [`ranges`] writes it; also with steps (`0-8:4`), as Slurm may. `None` for anything else.
pub fn read_ranges(text: &str) -> Option<Vec<u32>> {
    let mut numbers = Vec::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let (span, step) = part.split_once(':').unwrap_or((part, "1"));
        let (first, last) = span.split_once('-').unwrap_or((span, span));
        let (first, last) = (first.trim().parse::<u32>().ok()?, last.trim().parse::<u32>().ok()?);
        let step: usize = step.parse().ok().filter(|step| *step > 0)?;
        numbers.extend((first..=last).step_by(step));
    }
    Some(numbers)
}

/// Splits ascending shards into as few arrays as the limits allow, each shard in one.
///
/// ```
/// # use kangcun::cluster::{shards::split, slurm::Limits};
/// let limits = Limits { array_size: 11, ..Limits::default() };
/// let shards: Vec<u32> = (1..=25).collect();
/// let arrays = split(&shards, &limits);
/// assert_eq!(arrays.iter().map(|array| array.indexes()).collect::<Vec<_>>(), ["0-10", "0-10", "0-2"]);
/// assert_eq!(arrays.iter().map(|array| array.offset).collect::<Vec<_>>(), [1, 12, 23]);
/// ```
pub fn split(shards: &[u32], limits: &Limits) -> Vec<Array> {
    let mut arrays: Vec<Array> = Vec::new();
    for &shard in shards {
        if let Some(array) = arrays.last_mut()
            && shard - array.offset < limits.array_size
            && array.shards.len() < limits.array_tasks as usize
        {
            array.shards.push(shard);
            if array.indexes_fit() {
                continue;
            }
            array.shards.pop();
        }
        arrays.push(Array {
            offset: shard,
            shards: vec![shard],
        });
    }
    arrays
}

impl Array {
    /// Whether the list of indexes is short enough; it is only written out where it could be too long.
    fn indexes_fit(&self) -> bool {
        self.shards.len() < LIST_LENGTH / 8 || self.indexes().len() <= LIST_LENGTH
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_cover_each_shard_once_whatever_is_missing() {
        let limits = Limits {
            array_size: 11,
            ..Limits::default()
        };
        // Every third shard, and a dense stretch.
        let shards: Vec<u32> = (1..200)
            .filter(|shard| shard % 3 == 0 || (90..130).contains(shard))
            .collect();
        let arrays = split(&shards, &limits);
        let covered: Vec<u32> = arrays
            .iter()
            .flat_map(|array| {
                let indexes = read_ranges(&array.indexes()).unwrap();
                assert!(indexes.iter().all(|index| *index <= 10), "{indexes:?}");
                indexes
                    .into_iter()
                    .map(|index| index + array.offset)
                    .collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(covered, shards);
    }

    #[test]
    fn a_list_of_indexes_never_grows_beyond_what_sbatch_reads() {
        let limits = Limits {
            array_size: 1_000_001,
            ..Limits::default()
        };
        let shards: Vec<u32> = (0..5_000).map(|number| 1 + 2 * number).collect();
        let arrays = split(&shards, &limits);
        assert!(arrays.len() > 1);
        assert!(arrays.iter().all(|array| array.indexes().len() <= LIST_LENGTH));
        let covered: Vec<u32> = arrays.into_iter().flat_map(|array| array.shards).collect();
        assert_eq!(covered, shards);
    }

    #[test]
    fn the_number_of_tasks_of_an_array_is_limited_too() {
        let limits = Limits {
            array_tasks: 4,
            ..Limits::default()
        };
        let sizes: Vec<usize> = split(&[1, 2, 3, 4, 5, 6, 7, 8, 9], &limits)
            .iter()
            .map(|array| array.shards.len())
            .collect();
        assert_eq!(sizes, [4, 4, 1]);
    }

    #[test]
    fn what_is_no_list_of_ranges_is_not_read_as_one() {
        assert_eq!(read_ranges("1-x"), None);
        assert_eq!(read_ranges("3,,4"), Some(vec![3, 4]));
        assert_eq!(read_ranges("0-8:4"), Some(vec![0, 4, 8]));
        assert_eq!(read_ranges("0-8:0"), None);
    }
}
