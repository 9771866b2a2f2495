//! Chronic conditions over a year: the disability they bring, and the yearly review: diagnosed, treated, controlled,
//! relapsed.
//!
//! **Review**, once a year, one draw for each condition held; a yearly rate r moves 1 - exp(-r) of those at a stage:
//! undiagnosed to diagnosed (`diagnosis_per_year`, and of these at once to treated with `treatment_per_year`),
//! diagnosed to treated, treated to controlled (`control_per_year`) or back to diagnosed (`dropout_per_year`),
//! controlled to treated (`relapse_per_year`), and those not treated to free of it (`remission_per_year`). Who is in
//! the first year after an event goes on to treated, one in three a year later.
//!
//! **Disability** of a year: 1 - the product over conditions held on 1 January of (1 - `disability_weight`).

use crate::draws::{Stream, bits_below, spread};
use crate::lanes::bits::hash;
use crate::lanes::{ROOM, set_bits};
use crate::maths;
use crate::month::illness::IllnessRules;
use crate::world::{self, CONDITIONS, Condition, Conditions, STAGES, Stage};

/// Disability by set of conditions, for everybody on 1 January.
#[derive(Clone, Debug)]
pub struct Disability(Vec<u16>);

impl Disability {
    /// Health left is the product over conditions of what each leaves (the comorbidity rule of the Global Burden of Disease
    /// study).
    pub fn compile(rules: &IllnessRules) -> Disability {
        let milli = |set: u16| {
            let held = CONDITIONS.iter().filter(|condition| set & 1 << **condition as u8 != 0);
            let left: f64 = held.map(|own| 1.0 - rules.condition(*own).disability_weight).product();
            ((1.0 - left) * 1000.0).round() as u16
        };
        Disability((0..1 << CONDITIONS.len()).map(milli).collect())
    }

    /// Years lived with disability in a year with these conditions, in thousandths.
    #[inline]
    pub fn milli(&self, conditions: Conditions) -> i64 {
        i64::from(self.0[usize::from(conditions.which())])
    }
}

/// A year's moves, by condition and stage.
#[derive(Clone, Copy, Debug)]
pub struct Cascade([[Moves; STAGES]; CONDITIONS.len()]);

/// Where the luck of a year moves a stage.
#[derive(Clone, Copy, Debug)]
struct Moves {
    /// The bits of a draw from which on the second stage is next, the third, and the fourth.
    from: [u64; 3],
    next: [Stage; 4],
}

impl Moves {
    /// Of so many probabilities the luckiest move to the first stage, those with luck up to the next bound to the second,
    /// and so on; a bound below the one before it leaves nobody between.
    fn new(up_to: [f64; 3], next: [Stage; 4]) -> Moves {
        let mut from = up_to.map(bits_below);
        for at in 1..from.len() {
            from[at] = from[at].max(from[at - 1]);
        }
        Moves { from, next }
    }

    #[inline(always)]
    fn after(&self, bits: u64) -> Stage {
        let passed = self.from.map(|from| usize::from(bits >= from));
        self.next[passed[0] + passed[1] + passed[2]]
    }
}

impl Cascade {
    /// Compiles the yearly hazards to moves.
    pub fn compile(rules: &IllnessRules) -> Cascade {
        use Stage::{Controlled, Diagnosed, FirstYear, None, Treated, Undiagnosed};
        let within_year = |hazard: f64| 1.0 - maths::exp(-hazard);
        // The luckiest move up and the unluckiest down: with luck up to this.
        let all_but = |share: f64| (1.0 - share).next_up();
        Cascade(CONDITIONS.map(|condition| {
            let own = rules.condition(condition);
            let (diagnosed, treated) = (within_year(own.diagnosis_per_year), within_year(own.treatment_per_year));
            let controlled = within_year(own.control_per_year);
            let dropped = within_year(own.dropout_per_year);
            let relapsed = within_year(own.relapse_per_year);
            // Who is not treated may be free of it again: the unluckiest of draws.
            let free = all_but(within_year(own.remission_per_year));
            let mut moves = [Moves::new([1.0; 3], [None; 4]); STAGES];
            // Found and treated at once: the luckiest of those found.
            let found = [diagnosed * treated, diagnosed, free];
            moves[Undiagnosed as usize] = Moves::new(found, [Treated, Diagnosed, Undiagnosed, None]);
            moves[Diagnosed as usize] = Moves::new([treated, free, free], [Treated, Diagnosed, None, None]);
            let dropped = all_but(dropped);
            moves[Treated as usize] = Moves::new([controlled, dropped, 1.0], [Controlled, Treated, Diagnosed, None]);
            moves[Controlled as usize] = Moves::new([all_but(relapsed), 1.0, 1.0], [Controlled, Treated, None, None]);
            // Events fall evenly over the year: half a year on average to the close, and for one in three a year more,
            // come to twelve months.
            moves[FirstYear as usize] = Moves::new([1.0 / 3.0, 1.0, 1.0], [FirstYear, Treated, None, None]);
            moves
        }))
    }
}

/// The yearly review of everybody; kept for its memory.
#[derive(Debug, Default)]
pub struct Review {
    /// Conditions held, by their place: [`BITS`] times the person and the bit of the condition.
    held: Vec<u32>,
    /// Whose they are, with the number of the condition folded in.
    who: Vec<u64>,
    luck: Vec<u64>,
}

/// Bits of a person's conditions: two people make a word.
const BITS: usize = u32::BITS as usize;

impl Review {
    /// Moves the `conditions` of those who are not `gone` to their stages on next 1 January; one keyed draw a condition.
    /// All conditions are drawn together, as nobody knows how many the next person has.
    #[inline(always)]
    pub fn review<'a>(
        &mut self,
        conditions: &mut [Conditions],
        gone: &[bool],
        ids: &[u64],
        draws: Stream,
        cascade: impl Fn(usize) -> &'a Cascade,
    ) {
        self.held.resize(conditions.len() * CONDITIONS.len() + ROOM, 0);
        let pairs = conditions.chunks(2).zip(gone.chunks(2));
        let words = pairs.map(|(conditions, gone)| {
            let held = conditions
                .iter()
                .zip(gone)
                .map(|(own, gone)| own.lowest() * u32::from(!gone));
            held.rev().fold(0, |word, held| word << BITS | u64::from(held))
        });
        let count = set_bits(words, &mut self.held);
        let held = &self.held[..count];
        self.who.clear();
        self.who.extend(held.iter().map(|&place| {
            let (at, condition) = place_of(place);
            ids[at] ^ spread(condition as u64)
        }));
        self.luck.resize(count, 0);
        hash(&self.who, draws.key(0), &mut self.luck);
        for (&place, &luck) in held.iter().zip(&self.luck) {
            let (at, condition) = place_of(place);
            let own = &mut conditions[at];
            let moves = &cascade(at).0[condition as usize][own.stage(condition) as usize];
            own.set(condition, moves.after(luck));
        }
    }
}

/// The person and the condition of a place.
#[inline(always)]
fn place_of(place: u32) -> (usize, Condition) {
    let (at, bit) = (place as usize / BITS, place as usize % BITS);
    (at, CONDITIONS[bit / world::BITS as usize % CONDITIONS.len()])
}
