//! A block's year: opens the books of every household on 1 January, lives twelve months, closes the books.

mod close;

use super::care_seeking::Ways;
use super::episode::Episodes;
use super::illness::{self, Prospect, Strike};
use super::insurance::YearToDate;
use super::livelihood::{Flows, Habits, Purse};
use super::{Tape, livelihood};
use crate::draws::{Luck, Purpose};
use crate::indicators::tally::CountyYear;
use crate::rules::{Class, YearPlan};
use crate::units::{Fen, Month, Ppm};
use crate::world::{self, Block, CONDITIONS, Category, Condition, IncomeCurve, PROVIDERS, Stage, labour_units};
use crate::year::poverty::{Convention, Lived, PURSES, SHADOWS};

/// What a block must know of the world around it; all of it stands when the year begins.
#[derive(Clone, Copy, Debug)]
pub struct Outside<'a> {
    /// The rules of the year.
    pub plan: &'a YearPlan,
    /// Programmes that reach each village of the block (bit i: programme i).
    pub reach: &'a [u64],
    /// The luck of the replicate.
    pub luck: Luck,
    /// Income by score.
    pub income: &'a IncomeCurve,
    /// The county's common harvest score of the year.
    pub harvest: f64,
    /// Load of the year before: `[month][provider][visits, admissions]`.
    pub load: &'a [[[u32; 2]; PROVIDERS]; 12],
    /// Residents of the county on 1 January.
    pub residents: u64,
    /// Added to the appeal of tertiary hospitals for an admission (log odds of going outside the county).
    pub outward: f64,
    /// What pool-funded layers pay of their promise.
    pub fund_rate: Ppm,
    /// What capped aid pays of its promise.
    pub aid_rate: Ppm,
    /// The world's first year: scores are as founded and nothing is yet at risk.
    pub first: bool,
    /// The year at whose start cumulative incidence begins.
    pub reporting_starts: i32,
}

/// A household's books of the year: all that its months read and write, side by side; the household's columns get it
/// back at the close.
#[derive(Clone, Debug, Default)]
pub struct HouseholdYear {
    /// Class of the household's rules.
    pub class: u16,
    /// The tally cell it is counted in.
    pub cell: u8,
    /// How many real households it stands for.
    pub weight: u16,
    /// Members on 1 January; nothing happens to a household without.
    size: u16,
    /// The factual purse.
    pub purse: Purse,
    /// Dibao and cash transfers per month.
    public_month: Fen,
    /// Reimbursement on its way.
    receivable: Fen,
    /// When it arrives.
    receivable_due: Month,
    /// Local wages per month.
    wage_month: Fen,
    /// Farm income of the year.
    farm_year: Fen,
    /// Remittances, property and private transfers per month.
    other_month: Fen,
    /// Remittances per month (part of the above).
    remitted_month: Fen,
    /// Normal income a year.
    pub normal: Fen,
    /// Assessed over actual income: transitory luck partly discounted.
    smooth: f64,
    /// Labour units of the residents on 1 January.
    labour: f64,
    /// Earnings of one labour unit a month, fen.
    unit_month: f64,
    /// How it lives.
    pub habits: Habits,
    /// Premiums of the enrolled members, due in January.
    premium: Fen,
    /// Cash transfers per month.
    cash_month: Fen,
    /// Monthly means: income a month, for the weight of prices.
    pub means_yuan: f64,
    /// To be paid for care this month at the point of use.
    pub care: Fen,
    /// Household's part of bills this month.
    pub oop: Fen,
    /// Travel this month.
    pub travel: Fen,
    /// Income lost this month.
    pub lost: Fen,
    /// Months a migrant stays home.
    home_months: u8,
    /// Out of pocket since 1 January.
    pub oop_year: Fen,
    /// Income lost since 1 January.
    lost_year: Fen,
    /// Of the receivable, what comes from this year's bills.
    receivable_this_year: Fen,
    /// The shadows differ from the factual purse.
    forked: bool,
    shadows: [Purse; SHADOWS],
    /// What each purse lived through: factual, bill off, work off, both off.
    lived: [Lived; PURSES],
}

/// Everything a block needs for a year besides its columns; kept between years so that nothing is allocated when warm.
#[derive(Debug, Default)]
pub struct BlockYear {
    /// Books by household.
    pub households: Vec<HouseholdYear>,
    /// Claims by person.
    pub claims: Vec<YearToDate>,
    /// Completed years on 1 January, by person; the year's hazards and labour go by them.
    pub age: Vec<u8>,
    /// Rule class by person.
    pub class: Vec<u16>,
    /// Admitted this year, by person.
    pub admitted: Vec<bool>,
    /// Women who gave birth and when.
    pub births: Vec<(u32, Month)>,
    /// Visits and admissions by month and provider, weighted.
    pub load: [[[u32; 2]; PROVIDERS]; 12],
    /// Visits of the month to each village's clinic, weighted.
    pub visits: Vec<u32>,
    /// What was counted.
    pub counted: CountyYear,
    /// What illness needs to know of each person.
    prospects: Vec<Prospect>,
    season: illness::Season,
    /// Ways to care this month, by class and village.
    pub(super) ways: Vec<Ways>,
    /// Sizes of the month's bills, by strike.
    pub(super) sizes: Vec<f64>,
    strikes: Vec<Strike>,
    impaired: Vec<u32>,
}

/// The tally cell of a household: the closed cohort in the lifted cell, others by their standing.
pub fn cell(cohort: bool, category: Category) -> usize {
    match (cohort, category) {
        (true, _) => Category::Lifted as usize,
        (false, Category::Lifted) => Category::Ordinary as usize,
        (false, other) => other as usize,
    }
}

/// All conventions, in their own order.
const CONVENTIONS: [Convention; 4] = [
    Convention::Register,
    Convention::MeasuredNet,
    Convention::MeasuredGross,
    Convention::IncomeOnly,
];

/// Lives one year.
pub fn live<T: Tape>(block: &mut Block, outside: &Outside, books: &mut BlockYear, tape: &mut T) {
    books.open(block, outside);
    for month in 0..12 {
        let when = Month::of(outside.plan.year, month as i32 + 1);
        if month == 0 || outside.plan.by_mask[month] != outside.plan.by_mask[month - 1] {
            books.classes(block, outside, when);
        }
        books.month(block, outside, when, tape);
    }
    books.close(block, outside);
}

impl BlockYear {
    fn open(&mut self, block: &mut Block, outside: &Outside) {
        let (people, households) = (block.people.len(), block.households.len());
        self.claims.clear();
        self.claims.resize(people, YearToDate::default());
        self.admitted.clear();
        self.admitted.resize(people, false);
        self.class.clear();
        self.class.resize(people, 0);
        self.births.clear();
        self.prospects.clear();
        self.prospects.resize(people, Prospect::default());
        self.load = Default::default();
        self.visits.clear();
        self.visits.resize(block.villages.len(), 0);
        self.counted = CountyYear::default();
        self.households.clear();
        self.households
            .extend((0..households).map(|h| HouseholdYear::brought(&block.households, h)));
        let january = Month::of(outside.plan.year, 1);
        self.age.clear();
        self.age.extend(
            block
                .people
                .born
                .iter()
                .map(|&born| world::age(born, january).clamp(0, 100) as u8),
        );
        self.classes(block, outside, january);
        for h in 0..households {
            self.income(block, outside, h);
            self.enrol(block, outside, h, january);
            self.count_opening(block, outside, h);
        }
    }

    /// Which rules hold for whom, from this month on.
    fn classes(&mut self, block: &Block, outside: &Outside, when: Month) {
        let (plan, month) = (outside.plan, when.index());
        for h in 0..block.households.len() {
            let reach = outside.reach[block.households.village[h] as usize];
            let category = block.households.category[h];
            let sanitation = block.villages[block.households.village[h] as usize].sanitation;
            self.households[h].class = plan.class(month, plan.reach(reach, category, None));
            for p in members(block, h) {
                let age = i32::from(self.age[p]);
                let class = plan.class(month, plan.reach(reach, category, Some(age)));
                self.class[p] = class;
                self.prospects[p] = Prospect::new(
                    block.people.id[p],
                    class,
                    self.age[p],
                    block.people.literacy[p],
                    sanitation,
                );
            }
        }
    }

    /// The year's income: scores move, the curve gives income per head, sources and labour shape it.
    fn income(&mut self, block: &mut Block, outside: &Outside, h: usize) {
        let book = &mut self.households[h];
        let class = &outside.plan.classes[book.class as usize];
        let rules = &class.rules.livelihood;
        let draws = outside.luck.stream(Purpose::Income, outside.plan.year);
        let home = &mut block.households;
        if !outside.first {
            let rho = rules.persistence_share;
            let fresh = (1.0 - rho * rho).sqrt() * draws.normal(home.id[h], 0);
            home.persistent[h] = (rho * f64::from(home.persistent[h]) + fresh) as f32;
            let common = rules.harvest_loading_share;
            let own = (1.0 - common * common).sqrt() * draws.normal(home.id[h], 1);
            home.transitory[h] = (common * outside.harvest + own) as f32;
        }
        let weights = class.rules.founding.income.weights();
        let steady = weights[0] * f64::from(home.permanent[h]) + weights[1] * f64::from(home.persistent[h]);
        let per_head = outside
            .income
            .per_head(steady + weights[2] * f64::from(home.transitory[h]));
        let assessed = outside.income.per_head(
            steady + weights[2] * class.rules.poverty.transitory_counted_share * f64::from(home.transitory[h]),
        );
        let normal = outside.income.per_head(weights[0] * f64::from(home.permanent[h]));
        let first = home.first[h] as usize;
        let range = first..first + home.size[h] as usize;
        book.labour = range.map(|p| labour_units(i32::from(self.age[p]))).sum();
        let now = (book.labour + f64::from(home.migrants[h])).max(0.25);
        let then = (f64::from(home.founding_labour[h]) + f64::from(home.founding_migrants[h])).max(0.25);
        let labour = crate::maths::pow((now / then).clamp(0.3, 2.5), rules.labour_weight);
        let kept = if home.founding_assets[h] > Fen::ZERO {
            (home.assets[h].as_yuan() / home.founding_assets[h].as_yuan()).min(1.0)
        } else {
            1.0
        };
        let assets = 1.0 - rules.asset_weight * (1.0 - kept);
        let [wage, farm, property, transfer] = home.source_share[h].map(f64::from);
        let heads = f64::from(home.founding_size[h]);
        let shape = (wage * labour + farm * labour * assets + property + transfer) * heads * class.income_index * 100.0;
        let fen = |per_head: f64, share: f64| Fen::nearest(per_head * share * heads * class.income_index * 100.0);
        let remitted = f64::from(home.remitted_share[h]);
        book.wage_month = fen(per_head, wage * labour * (1.0 - remitted) / 12.0);
        book.remitted_month = fen(per_head, wage * labour * remitted / 12.0);
        book.other_month = book.remitted_month + fen(per_head, (property + transfer) / 12.0);
        book.farm_year = fen(per_head, farm * labour * assets);
        book.normal = Fen::nearest(normal * shape);
        book.smooth = if per_head > 0.0 { assessed / per_head } else { 1.0 };
        let farm_month = book.farm_year.0 as f64 / 12.0 * (1.0 - rules.farm_substituted_share);
        book.unit_month = if book.labour > 0.0 {
            (book.wage_month.0 as f64 + farm_month) / book.labour
        } else {
            0.0
        };
        let size = f64::from(home.size[h]);
        book.cash_month = Fen::yuan(rules.cash_transfer_yuan_per_year * rules.cash_transfer_reach_share * size / 12.0);
        book.public_month = home.dibao_month[h] + book.cash_month;
        book.habits = rules.habits(
            normal * shape,
            per_head * shape + book.public_month.0 as f64 * 12.0,
            f64::from(home.permanent[h]),
            size,
            class.price_index,
        );
        book.means_yuan = (per_head * shape / 1200.0).max(book.habits.floor.as_yuan());
    }

    /// Who is enrolled this year, and what the household pays for it.
    fn enrol(&mut self, block: &mut Block, outside: &Outside, h: usize, january: Month) {
        let draws = outside.luck.stream(Purpose::Enrolment, 0);
        let category = block.households.category[h];
        let weight = i64::from(block.households.weight[h]);
        let cell = cell(block.households.cohort[h], category);
        let years = january.year() - 2021;
        for p in members(block, h) {
            let rules = &outside.plan.classes[self.class[p] as usize].rules.enrolment;
            let chronic = block.people.conditions[p].any_known();
            let enrolled = draws.happens(block.people.id[p], 0, rules.probability(category, chronic));
            block.people.enrolled[p] = enrolled;
            if enrolled {
                let premium = rules.premium(years);
                let public = premium * Ppm::share(rules.premium_paid_share.of(category));
                self.households[h].premium += premium - public;
                let count = &mut self.counted.cells[cell];
                count.enrolled += weight;
                count.premiums += weight * (premium - public).0;
                count.public_premiums += weight * (public + rules.subsidy(years)).0;
            }
        }
    }

    fn count_opening(&mut self, block: &Block, outside: &Outside, h: usize) {
        let home = &block.households;
        let weight = i64::from(home.weight[h]);
        let count = &mut self.counted.cells[cell(home.cohort[h], home.category[h])];
        count.households += weight;
        count.persons += weight * i64::from(home.size[h]);
        count.standing[home.category[h] as usize] += weight * i64::from(home.size[h]);
        if self.households[h].cash_month > Fen::ZERO {
            count.cash_persons += weight * i64::from(home.size[h]);
        }
        for p in members(block, h) {
            if self.age[p] >= 16 {
                count.adults += weight;
            }
            let conditions = block.people.conditions[p];
            if conditions.0 == 0 {
                continue;
            }
            let illness = &outside.plan.classes[self.class[p] as usize].rules.illness;
            let health = CONDITIONS
                .iter()
                .filter(|&&c| conditions.has(c))
                .map(|&c| 1.0 - illness.condition(c).disability_weight)
                .product::<f64>();
            count.yld_milli += weight * ((1.0 - health) * 1000.0).round() as i64;
            let stage = conditions.stage(Condition::Hypertension);
            count.hypertension[0] += weight * i64::from(stage >= Stage::Diagnosed);
            count.hypertension[1] += weight * i64::from(stage == Stage::Controlled);
            count.hypertension[2] += weight * i64::from(stage != Stage::None);
        }
    }

    fn month<T: Tape>(&mut self, block: &mut Block, outside: &Outside, when: Month, tape: &mut T) {
        let plan = outside.plan;
        let tables: Vec<&illness::IllnessTables> = plan.classes.iter().map(|class| &class.illness).collect();
        let mut strikes = std::mem::take(&mut self.strikes);
        illness::strike(
            &mut strikes,
            &mut self.impaired,
            &mut self.season,
            &mut block.people,
            &tables,
            &self.prospects,
            when,
            outside.luck.stream(Purpose::Illness, when.0),
        );
        let mut episodes = Episodes::new(block, outside, self, when);
        let mut sizes = episodes.take_sizes();
        episodes.sizes(&strikes, &mut sizes);
        for (strike, &size) in strikes.iter().zip(&sizes) {
            tape.struck(episodes.block.people.id[strike.person as usize], when, strike.event);
            episodes.treat(strike, size, tape);
        }
        episodes.end(sizes);
        self.strikes = strikes;
        self.work_lost(block);
        for h in 0..block.households.len() {
            self.purse(block, outside, h, when, tape);
        }
        for (village, visits) in block.villages.iter_mut().zip(&mut self.visits) {
            village.visits_last_month = std::mem::take(visits);
        }
    }

    /// Work lost to incapacity and lasting loss this month.
    fn work_lost(&mut self, block: &mut Block) {
        for &p in &self.impaired {
            let p = p as usize;
            if block.people.gone[p] {
                continue;
            }
            let h = block.people.household[p] as usize;
            let mut share = f64::from(block.people.residual_loss[p]) / 100.0;
            if block.people.incapacity_months[p] > 0 {
                block.people.incapacity_months[p] -= 1;
                share = share.max(f64::from(block.people.incapacity_loss[p]) / 100.0);
            }
            let units = labour_units(i32::from(self.age[p]));
            self.households[h].lose(share * units);
        }
    }

    /// The household's month: income arrives, the purse and its shadows live, monitors look.
    fn purse<T: Tape>(&mut self, block: &mut Block, outside: &Outside, h: usize, when: Month, tape: &mut T) {
        let book = &mut self.households[h];
        if book.size == 0 {
            return;
        }
        let month = when.index();
        let class = &outside.plan.classes[book.class as usize];
        if book.home_months > 0 {
            book.home_months -= 1;
            book.lost += Fen(book.remitted_month.0 / i64::from(block.households.migrants[h].max(1)));
        }
        if book.lost != Fen::ZERO {
            book.cap_lost();
        }
        let gross = book.gross(class.rules.livelihood.farm_month_share[month]);
        let (arrived, of_this_year) = book.arrive(when);
        let factual = Flows {
            income: gross - book.lost,
            public_transfers: book.public_month,
            reimbursed: arrived,
            care: book.care,
            travel: book.travel,
            premium: if month == 0 { book.premium } else { Fen::ZERO },
        };
        if !book.forked && (book.care + book.travel + book.lost > Fen::ZERO) {
            book.fork();
        }
        let before = book.purse.savings;
        let lived = book.purse.live(&factual, &book.habits);
        tape.lived(
            block.households.id[h],
            when,
            before,
            &factual,
            &lived,
            book.purse.savings,
        );
        add_month(&mut book.lived[0], &factual, &lived, book.oop.less(lived.unpaid));
        if book.forked {
            book.shadows_live(&factual, gross, of_this_year);
        }
        if lived.unpaid + lived.borrowed_for_care > Fen::ZERO {
            let count = &mut self.counted.cells[book.cell as usize];
            count.unpaid += i64::from(book.weight) * lived.unpaid.min(book.oop).0;
            count.borrowed_for_care += i64::from(book.weight) * lived.borrowed_for_care.0;
        }
        let paying = book.oop > Fen::ZERO;
        book.turn();
        if paying {
            watch(&mut block.households, h, book, class, outside, when);
        }
    }

    /// Books the delivery cost of programmes, by household.
    pub fn deliver(&mut self, costs: &[Fen]) {
        for (book, cost) in self.households.iter().zip(costs) {
            self.counted.cells[book.cell as usize].programme_cost += cost.0;
        }
    }
}

impl HouseholdYear {
    /// Opens the books with what the household brings into the year.
    fn brought(home: &world::Households, h: usize) -> HouseholdYear {
        HouseholdYear {
            cell: cell(home.cohort[h], home.category[h]) as u8,
            weight: home.weight[h],
            size: home.size[h],
            purse: Purse {
                savings: home.savings[h],
                assets: home.assets[h],
                medical_debt: home.medical_debt[h],
                other_debt: home.other_debt[h],
                arrears: home.arrears[h],
            },
            receivable: home.receivable[h],
            receivable_due: home.receivable_due[h],
            home_months: home.home_months[h],
            ..HouseholdYear::default()
        }
    }

    /// Hands the household back what the year left of its money. What stayed unpaid is written off by the provider; care
    /// opens again.
    fn hand_back(&self, home: &mut world::Households, h: usize) {
        home.savings[h] = self.purse.savings;
        home.assets[h] = self.purse.assets;
        home.medical_debt[h] = self.purse.medical_debt;
        home.other_debt[h] = self.purse.other_debt;
        home.arrears[h] = Fen::ZERO;
        home.receivable[h] = self.receivable;
        home.receivable_due[h] = self.receivable_due;
        home.home_months[h] = self.home_months;
    }

    /// Reimbursement that arrives this month: all of it, and the part from this year's bills.
    #[inline]
    fn arrive(&mut self, when: Month) -> (Fen, Fen) {
        if self.receivable == Fen::ZERO || self.receivable_due > when {
            return (Fen::ZERO, Fen::ZERO);
        }
        let this_year = std::mem::take(&mut self.receivable_this_year);
        (std::mem::take(&mut self.receivable), this_year)
    }

    /// Income of a month before work is lost.
    #[inline]
    fn gross(&self, farm_share: f64) -> Fen {
        self.wage_month + self.farm_year.scaled(farm_share) + self.other_month
    }

    /// Caps the month's lost work. Nobody loses more than the work there is; farm work is lost as it falls due over the
    /// year.
    fn cap_lost(&mut self) {
        let most = self.wage_month + Fen(self.farm_year.0 / 12) + self.remitted_month;
        self.lost = self.lost.min(most);
    }

    /// Begins the shadows, which so far were the factual purse.
    fn fork(&mut self) {
        self.forked = true;
        self.shadows = [self.purse; SHADOWS];
        self.lived = [self.lived[0]; PURSES];
    }

    /// The shadows live the month: this year's bills off, its lost work off (income is then `gross`), both off.
    fn shadows_live(&mut self, factual: &Flows, gross: Fen, of_this_year: Fen) {
        let bill_off = Flows {
            care: Fen::ZERO,
            travel: Fen::ZERO,
            reimbursed: factual.reimbursed - of_this_year,
            ..*factual
        };
        let work_off = Flows {
            income: gross,
            ..*factual
        };
        let both_off = Flows {
            income: gross,
            ..bill_off
        };
        for (at, flows) in [bill_off, work_off, both_off].iter().enumerate() {
            let shadow = self.shadows[at].live(flows, &self.habits);
            let paid = if at == 1 {
                self.oop.less(shadow.unpaid)
            } else {
                Fen::ZERO
            };
            add_month(&mut self.lived[at + 1], flows, &shadow, paid);
        }
    }

    /// Closes the month's own sums.
    #[inline]
    fn turn(&mut self) {
        self.oop_year += self.oop;
        self.lost_year += self.lost;
        (self.care, self.oop, self.travel, self.lost) = (Fen::ZERO, Fen::ZERO, Fen::ZERO, Fen::ZERO);
    }

    /// Loses `units` labour units for a whole month.
    pub fn lose(&mut self, units: f64) {
        self.lost += Fen::nearest(units * self.unit_month);
    }

    /// A migrant comes home for `months`.
    pub fn bring_home(&mut self, months: u8) {
        self.home_months = self.home_months.max(months);
    }

    /// Notes a delayed reimbursement of this year, due in month `due`. A later claim moves the payment of what is still on
    /// its way to its own date.
    pub fn owe(&mut self, amount: Fen, due: Month) {
        self.receivable_this_year += amount;
        self.receivable += amount;
        self.receivable_due = due;
    }
}

/// Members of household `h`.
pub fn members(block: &Block, h: usize) -> std::ops::Range<usize> {
    members_of(&block.households, h)
}

fn members_of(households: &world::Households, h: usize) -> std::ops::Range<usize> {
    households.first[h] as usize..households.first[h] as usize + households.size[h] as usize
}

#[inline]
fn add_month(lived: &mut Lived, flows: &Flows, month: &livelihood::Lived, oop_paid: Fen) {
    lived.income += flows.income;
    lived.transfers += flows.public_transfers;
    lived.oop += oop_paid;
    lived.medical_service += month.medical_service;
    lived.consumed += month.consumed;
}

/// The monitors look at a household that paid for care this month: past the trigger, aid opens after the delay for those who are noticed.
fn watch(home: &mut world::Households, h: usize, book: &HouseholdYear, class: &Class, outside: &Outside, when: Month) {
    let rules = &class.rules.monitoring;
    let open = matches!(home.category[h], Category::Lifted | Category::Ordinary) && home.aid_open_from[h].0 == 0;
    if open && rules.triggered(book.oop_year, book.normal) {
        let noticed =
            outside
                .luck
                .stream(Purpose::Monitoring, outside.plan.year)
                .happens(home.id[h], 1, rules.sensitivity_share);
        // Looked at once a year: the unnoticed are marked as looked at by a date beyond the year.
        home.aid_open_from[h] = if noticed {
            when + 1 + rules.delay_months as i32
        } else {
            Month(i32::MAX / 2)
        };
    }
}
