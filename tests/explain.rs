//! The story of one household: the page adds up to the fen, says what the run counted, and changes nothing.

mod common;

use common::{ends, file, policy};
use kangcun::month::books::{Desk, HouseholdYear, Ledger};
use kangcun::month::{Tape, Verdict};
use kangcun::run::{Policy, run, run_with};
use kangcun::story::{CHINESE, ENGLISH, LANGUAGES, Words, chapter, json};
use kangcun::study::explain::pick::{Pick, Picked, pick};
use kangcun::study::explain::record::{After, Chapter, Close, Holdings, Member, MonthLived, Purse};
use kangcun::study::explain::{GaugeName, Story, listen};
use kangcun::units::{Fen, Month};
use kangcun::world::{Block, Category, Conditions};
use kangcun::year::poverty::{Cause, Convention, GaugeLines, Gauged, Lived};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

const SMALL: [&str; 3] = ["world.people_count=6000", "run.last_year=2024", "run.replicates=2"];
/// The same on a command line.
const SET: &str = "--set world.people_count=6000 --set run.last_year=2024 --set run.replicates=2";

fn picked(policy: &Policy, kind: Pick) -> Picked {
    pick(policy, 0, kind, None, &|| ()).unwrap_or_else(|problems| panic!("{problems}"))
}

fn story(policy: &Policy, household: u64) -> Story {
    listen(policy, 0, household, &|| ())
        .unwrap_or_else(|problems| panic!("{problems}"))
        .0
}

/// The stories of the households that the kinds of picks choose, with the year that is told.
fn stories() -> Vec<(Story, i32)> {
    let policy = policy("package", &SMALL);
    let told = |kind| {
        let own = picked(&policy, kind);
        (story(&policy, own.household), own.year)
    };
    Pick::ALL.map(told).into()
}

/// An amount such as `-12,345.67` in fen.
fn amount(text: &str) -> Option<Fen> {
    let plain = text.replace(',', "");
    let (whole, rest) = plain.split_once('.')?;
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let number = |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    (rest.len() == 2 && number(rest) && number(digits)).then(|| Fen(format!("{whole}{rest}").parse().unwrap()))
}

/// The first amount in a text.
fn first_amount(text: &str) -> Fen {
    let inside = |letter: char| letter.is_ascii_digit() || letter == ',' || letter == '.';
    let mut words = text
        .split(|letter| !inside(letter))
        .map(|word| word.trim_end_matches(','));
    words
        .find_map(amount)
        .unwrap_or_else(|| panic!("no amount in `{text}`"))
}

/// The label of a row and the amount at its end.
fn row(line: &str) -> Option<(&str, Fen)> {
    let (label, last) = line.trim().rsplit_once("  ")?;
    Some((label.trim(), amount(last.trim())?))
}

/// The tables of the purse: of each, its lines by label, with their amounts by column.
fn ledgers(page: &str, words: &Words) -> Vec<BTreeMap<String, Vec<Fen>>> {
    let (_, part) = page
        .split_once(words.purse_note.split(':').next().unwrap().split('：').next().unwrap())
        .unwrap();
    let (part, _) = part.split_once(words.close_part).unwrap();
    let tables = part.split("\n\n").skip(1);
    let line = |line: &str| {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let first = cells.iter().position(|cell| amount(cell).is_some())?;
        let amounts = cells[first..].iter().map(|cell| amount(cell).unwrap()).collect();
        Some((cells[..first].join(" "), amounts))
    };
    let table = |text: &str| text.lines().filter_map(line).collect::<BTreeMap<_, _>>();
    tables.map(table).filter(|table| !table.is_empty()).collect()
}

#[test]
fn every_month_of_the_purse_adds_up_on_the_page() {
    for (story, year) in stories() {
        let told = story.chapter(Some(year)).unwrap();
        for words in LANGUAGES {
            let page = chapter::tell(words, &story, told);
            let tables = ledgers(page.text(), words);
            assert_eq!(tables.len(), 2, "two half years");
            let (before, after) = (words.savings_before.to_owned(), format!("= {}", words.savings_after));
            let mut savings = None;
            let mut flows = BTreeMap::<&str, Vec<Fen>>::new();
            for (half, table) in tables.iter().enumerate() {
                let columns = 6 + half;
                for (label, amounts) in table {
                    assert_eq!(amounts.len(), columns, "{label}");
                    flows.entry(label).or_default().extend(amounts);
                }
                for at in 0..columns {
                    let mut sum = table[&before][at];
                    for (label, amounts) in table {
                        match label.split_once(' ') {
                            Some(("+", _)) => sum += amounts[at],
                            Some(("-", _)) => sum -= amounts[at],
                            _ => {}
                        }
                    }
                    assert_eq!(sum, table[&after][at], "{} {} column {at}", words.code, told.household);
                    if at < 6 {
                        assert!(savings.is_none_or(|savings| savings == table[&before][at]));
                        savings = Some(table[&after][at]);
                    }
                }
            }
            for (label, amounts) in flows {
                assert_eq!(amounts.len(), 13);
                let year = amounts[12];
                if label.starts_with(['+', '-']) || label == words.bills_total || label == words.lost {
                    assert_eq!(amounts[..12].iter().copied().sum::<Fen>(), year, "{label}");
                } else if label == before {
                    assert_eq!(amounts[0], year);
                } else if label == after {
                    assert_eq!(amounts[11], year);
                }
            }
        }
    }
}

#[test]
fn every_month_that_is_told_adds_up_in_its_own_line() {
    let mut months = 0;
    for (story, year) in stories() {
        let told = story.chapter(Some(year)).unwrap();
        for words in LANGUAGES {
            let (begins, _) = words.month_money.split_once("{parts}").unwrap();
            let page = chapter::tell(words, &story, told).text().to_owned();
            let lines: Vec<&str> = page.split(begins.trim()).skip(1).collect();
            for line in lines {
                let (mut sum, mut sign) = (Fen::ZERO, 1);
                for word in line.split_whitespace() {
                    let plain = word.split(['元', ';']).next().unwrap().trim_end_matches('.');
                    match (word, amount(plain)) {
                        ("+", _) => sign = 1,
                        ("-", _) => sign = -1,
                        ("=", _) => sign = 0,
                        (_, Some(left)) if sign == 0 => {
                            assert_eq!(sum, left, "{line}");
                            months += 1;
                            break;
                        }
                        (_, Some(amount)) => sum += amount * sign,
                        _ => {}
                    }
                }
            }
        }
    }
    assert!(months > 20, "{months}");
}

#[test]
fn every_bill_is_the_sum_of_its_payers_on_the_page() {
    let mut bills = 0;
    for (story, year) in stories() {
        let told = story.chapter(Some(year)).unwrap();
        for words in LANGUAGES {
            let text = chapter::tell(words, &story, told).text().to_owned();
            assert!(!text.contains(words.sum_is_not_bill));
            let (begins, _) = words.bill_line.split_once("{of}").unwrap();
            let (mut bill, mut paid) = (None, Fen::ZERO);
            let (mut all, mut own) = (Fen::ZERO, Fen::ZERO);
            for line in text.lines() {
                if line.starts_with(&format!("  {begins}")) {
                    (bill, paid) = (Some(first_amount(line)), Fen::ZERO);
                } else if let (Some(total), Some((label, amount))) = (bill, row(line)) {
                    let later = words.pays_later.split("{months}").last().unwrap();
                    if label == words.pays_now || label.ends_with(later) {
                        paid += amount;
                    } else if label == words.pays_rest {
                        paid += amount;
                        own += amount;
                    } else if label == words.sum_is_bill {
                        assert_eq!((paid, amount), (total, total), "{line}");
                        all += total;
                        bill = None;
                        bills += 1;
                    }
                }
            }
            assert!(bill.is_none(), "a bill without its sum");
            let tables = ledgers(&text, words);
            let of = |label: &str| *tables[1][label].last().unwrap();
            assert_eq!((all, own), (of(words.bills_total), of(words.bills_own)));
        }
    }
    assert!(bills > 40, "{bills}");
}

#[test]
fn what_the_purse_is_asked_for_is_what_the_bills_leave() {
    for (story, _) in stories() {
        for month in story.chapters.iter().flat_map(|chapter| &chapter.months) {
            let bills = month.episodes.iter().flat_map(|episode| &episode.bills);
            let travel: Fen = bills.map(|bill| bill.travel).sum();
            assert_eq!(month.own_part() + month.advanced(), month.purse.care, "{}", month.when);
            assert_eq!(travel, month.purse.travel, "{}", month.when);
        }
        for chapter in &story.chapters {
            let year = chapter.purse();
            assert_eq!(year.before, chapter.opening);
            assert_eq!(year.before.savings + year.came() - year.went(), year.after.savings);
        }
    }
}

/// Who lives in a county and is of the cohort, whenever.
struct Cohort {
    county: String,
    ids: BTreeSet<u64>,
}

impl Tape for Cohort {
    fn placed(&mut self, county: &str) {
        self.county = county.into();
    }

    fn opened(&mut self, block: &Block, _: &[HouseholdYear], _: &[Ledger], _: &[Desk]) {
        let homes = &block.households;
        let cohort = (0..homes.len()).filter(|&h| homes.cohort[h]);
        self.ids.extend(cohort.map(|h| homes.id[h]));
    }
}

#[test]
fn the_stories_of_a_countys_cohort_are_what_the_run_counted_of_it() {
    let policy = policy("baseline", &["world.people_count=700", "run.last_year=2022"]);
    let (result, tapes) = run_with(&policy, 0, &|| (), || Cohort {
        county: String::new(),
        ids: BTreeSet::new(),
    })
    .unwrap();
    let county = result.years[0].counties[1].county.clone();
    let own = tapes.iter().filter(|tape| tape.county == county);
    let ids: BTreeSet<u64> = own.flat_map(|tape| tape.ids.iter().copied()).collect();
    assert!(ids.len() > 4, "{} households", ids.len());
    let stories: Vec<Story> = ids.iter().map(|&id| story(&policy, id)).collect();
    for year in &result.years {
        let counted = &year.counties[1].counted.cells[Category::Lifted as usize];
        let chapters: Vec<&Chapter> = stories
            .iter()
            .flat_map(|story| &story.chapters)
            .filter(|chapter| chapter.year == year.year)
            .collect();
        let sum = |of: &dyn Fn(&Chapter) -> i64| -> i64 {
            chapters
                .iter()
                .map(|chapter| i64::from(chapter.weight) * of(chapter))
                .sum()
        };
        let months = |chapter: &Chapter, of: fn(&MonthLived) -> Fen| chapter.months.iter().map(of).sum::<Fen>().0;
        assert_eq!(sum(&|_| 1), counted.households);
        assert_eq!(sum(&|own| months(own, MonthLived::billed)), counted.bill);
        assert_eq!(sum(&|own| months(own, MonthLived::own_part)), counted.oop);
        assert_eq!(sum(&|own| own.purse().travel.0), counted.travel);
        assert_eq!(sum(&|own| own.purse().lost.0), counted.lost_income);
        assert_eq!(sum(&|own| own.purse().income.0), counted.income);
        assert_eq!(sum(&|own| own.purse().consumed.0), counted.consumed);
        let died = |own: &Chapter| own.months.iter().map(|month| month.died.len() as i64).sum();
        assert_eq!(sum(&died), counted.deaths);
        let fell = |own: &Chapter| i64::from(own.fell(0));
        assert_eq!(sum(&fell), counted.returned[0]);
        let cause = |own: &Chapter| i64::from(own.fell(0) && own.close.unwrap().cause(0) == Some(Cause::BillAlone));
        assert_eq!(sum(&cause), counted.causes[0][Cause::BillAlone as usize]);
        for (at, layer) in counted.layers.iter().enumerate() {
            let paid = |own: &Chapter| -> i64 {
                let lines = own.bills().flat_map(|bill| &bill.receipt.lines);
                lines
                    .filter(|line| line.did.layer == at)
                    .map(|line| line.did.paid.0)
                    .sum()
            };
            assert_eq!(sum(&paid), *layer, "layer {at}");
        }
    }
}

#[test]
fn listening_changes_nothing() {
    let policy = policy("package", &SMALL);
    let own = picked(&policy, Pick::Return);
    let (_, heard) = listen(&policy, 0, own.household, &|| ()).unwrap();
    assert!(heard == run(&policy, 0, &|| ()).unwrap());
}

/// What lifted households paid in the years in which illness made them return.
#[derive(Default)]
struct Returns(Vec<(u64, i32, Fen)>);

impl Tape for Returns {
    fn held(&mut self, year: i32, verdict: &Verdict) {
        let [fact, .., neither] = verdict.poor.map(|bits| bits & 1 == 1);
        let single = verdict.poor[1] & 1 == 0 || verdict.poor[2] & 1 == 0;
        let risk = verdict.cohort && verdict.at_risk & 1 == 1 && year >= 2021;
        if risk && fact && (single || !neither) {
            let paid = Fen::of_lane(verdict.lived.oop[0]);
            self.0.push((verdict.book.id, year, paid));
        }
    }
}

#[test]
fn the_household_picked_is_the_one_in_the_middle() {
    let policy = policy("baseline", &SMALL);
    let own = picked(&policy, Pick::IllnessReturn);
    assert_eq!(own, picked(&policy, Pick::IllnessReturn), "the same again");
    let (_, tapes) = run_with(&policy, 0, &|| (), Returns::default).unwrap();
    let all: Vec<(u64, i32, Fen)> = tapes.into_iter().flat_map(|tape| tape.0).collect();
    assert_eq!(all.len(), own.among);
    assert!(all.len() > 20, "{}", all.len());
    let found = all
        .iter()
        .find(|(id, year, _)| (*id, *year) == (own.household, own.year));
    let paid = found.unwrap().2;
    let (less, most) = (
        all.iter().filter(|one| one.2 < paid).count(),
        all.iter().filter(|one| one.2 <= paid).count(),
    );
    assert!(
        2 * less < all.len() && all.len() <= 2 * most,
        "{less} and {most} of {}",
        all.len()
    );
    let only = pick(&policy, 0, Pick::IllnessReturn, Some(2023), &|| ()).unwrap();
    assert_eq!((only.year, only.within), (2023, Some(2023)));
    assert!(only.among < own.among);
}

#[test]
fn kinds_of_picks_are_what_they_say() {
    let policy = policy("package", &SMALL);
    for kind in Pick::ALL {
        let own = picked(&policy, kind);
        let story = story(&policy, own.household);
        let told = story.chapter(Some(own.year)).unwrap();
        assert!(told.cohort);
        let close = told.close.unwrap();
        let (fell, cause) = (told.fell(0), close.cause(0));
        match kind {
            Pick::IllnessReturn => assert!(fell && cause != Some(Cause::Neither), "{cause:?}"),
            Pick::Return => assert!(fell),
            Pick::LostWorkReturn => assert!(fell && matches!(cause, Some(Cause::WorkAlone | Cause::BothNeeded))),
            Pick::MedicalDebt => assert!(told.purse().after.medical_debt > Fen::ZERO),
        }
    }
}

/// A household of one whose year was worked out by hand: savings of 1,000 yuan; each month 500 come in and 450 are consumed;
/// in March a bill of 2,000 is paid from savings (1,000 + 2 x 50 + 500 - 450 = 1,150), 100 less of consumption and a loan of
/// 750.
fn by_hand() -> Story {
    let fen = Fen::yuan;
    let mut months = Vec::new();
    let mut now = Holdings {
        savings: fen(1_000.0),
        ..Holdings::default()
    };
    for month in 1..=12 {
        let struck = month == 3;
        let before = now;
        now.savings += fen(50.0);
        if struck {
            (now.savings, now.medical_debt) = (Fen::ZERO, fen(750.0));
        }
        months.push(MonthLived {
            when: Month::of(2022, month),
            episodes: Vec::new(),
            died: Vec::new(),
            purse: Purse {
                before,
                income: fen(500.0),
                consumed: if struck { fen(350.0) } else { fen(450.0) },
                care: if struck { fen(2_000.0) } else { Fen::ZERO },
                borrowed_for_care: if struck { fen(750.0) } else { Fen::ZERO },
                after: now,
                ..Purse::default()
            },
        });
    }
    let line = Gauged {
        id: "register_national".into(),
        convention: Convention::Register,
        line: "national".into(),
        fen: fen(4_200.0),
    };
    let yuan = |amounts: [f64; 4]| amounts.map(|yuan| 100.0 * yuan);
    let lived = Lived {
        income: yuan([6_000.0; 4]),
        oop: yuan([2_000.0, 0.0, 2_000.0, 0.0]),
        consumed: yuan([5_300.0, 5_400.0, 5_300.0, 5_400.0]),
        ..Lived::default()
    };
    let close = Close {
        size: 1,
        lived,
        smooth: 1.0,
        held: lived.held(1.0),
        lines: GaugeLines::of(std::slice::from_ref(&line)),
        // 6,000 - 2,000 = 4,000 lie below 4,200; 6,000 do not.
        poor: [1, 0, 1, 0],
        at_risk: 1,
    };
    let member = Member {
        id: 7,
        female: true,
        age: 54,
        enrolled: true,
        conditions: Conditions::default(),
    };
    let told = Chapter {
        year: 2022,
        household: 42,
        county: "plain".into(),
        weight: 1,
        cohort: true,
        category: Category::Lifted,
        members: vec![member],
        opening: months[0].purse.before,
        months,
        close: Some(close),
        after: After::DiedOut,
    };
    Story {
        scenario: ("by-hand".into(), "Worked out by hand".into()),
        seed: 1,
        replicate: 0,
        first_year: 2021,
        last_year: 2023,
        founded: 2021,
        picked: None,
        gauges: vec![GaugeName {
            id: line.id,
            convention: line.convention,
            line: line.line,
        }],
        headline: 0,
        chapters: vec![told],
    }
}

/// Holds that the page of the story says all of `said` and nothing of `unsaid`, however it is wrapped and aligned.
fn says(words: &Words, story: &Story, said: &[&str], unsaid: &[&str]) {
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let page = chapter::tell(words, story, &story.chapters[0]).text().to_owned();
    for part in said {
        assert!(bare(&page).contains(&bare(part)), "`{part}` is not in:\n{page}");
    }
    for part in unsaid {
        assert!(!bare(&page).contains(&bare(part)), "`{part}` is in:\n{page}");
    }
}

#[test]
fn a_year_worked_out_by_hand_is_told_as_it_was() {
    let story = by_hand();
    let told = story.chapter(None).unwrap();
    let parts = [
        "In 2022 this household of 1 in county plain, lifted out of poverty before, fell back below",
        "4,000.00 yuan against a line of 4,200.00: 200.00 short",
        "This year's medical bills put it below the line",
        "savings on the first 1,000.00 1,050.00 1,100.00 0.00 50.00 100.00",
        "- care paid 0.00 0.00 2,000.00 0.00 0.00 0.00",
        "= savings on the last 200.00 250.00 300.00 350.00 400.00 450.00 450.00",
        "- consumption 450.00 450.00 450.00 450.00 450.00 450.00 5,300.00",
        "= held against the line 4,000.00 6,000.00 4,000.00 6,000.00",
        "without this year's medical bills not poor",
        "without this year's lost work poor",
        "without both not poor",
        "it split off from another household, and began with 2022; its last member died in 2022",
        "January to December: nothing struck anybody.",
    ];
    says(&ENGLISH, &story, &parts, &[]);
    let parts = [
        "54岁女性：已参保",
        "返贫",
        "使本户落到贫困线以下的是当年的医疗费",
        "还差 200.00元",
    ];
    says(&CHINESE, &story, &parts, &[]);
    let value = json::of(&story, told);
    assert_eq!(value["close"]["register_national"]["cause"], "bill_alone");
    assert_eq!(value["months"][2]["purse"]["care_paid_fen"], 200_000);
    assert_eq!(value["year_purse"]["consumed_fen"], 530_000);
}

#[test]
fn who_was_below_already_is_not_said_to_have_fallen() {
    let mut story = by_hand();
    story.chapters[0].close.as_mut().unwrap().at_risk = 0;
    let above = "Without this year's medical bills it would have been above the line";
    let fell = ["put it below", "would have stayed above", "Why, and what"];
    let before = "as in the year before";
    says(&ENGLISH, &story, &[before, above, "How it stood"], &fell);
    let above_zh = "没有当年的医疗费，本户会在贫困线以上";
    let fell_zh = ["使本户落到贫困线以下", "留在线上", "为何返贫"];
    says(&CHINESE, &story, &["上一年即已如此", above_zh], &fell_zh);
    // In the founding year nobody is at risk, and there was no year before.
    story.founded = 2022;
    let unsaid = [&fell[..], &[before]].concat();
    says(&ENGLISH, &story, &["was below the poverty line.", above], &unsaid);
    let unsaid = [&fell_zh[..], &["上一年"]].concat();
    says(&CHINESE, &story, &["生活在贫困线以下。", above_zh], &unsaid);
}

#[test]
fn who_is_below_but_not_registered_is_told_so() {
    let mut story = by_hand();
    // Not seen, or not below for enough years: the register cannot tell which.
    story.chapters[0].close.as_mut().unwrap().poor = [0; 4];
    let why = "lived below the poverty line, but was not on the register: it was not seen, or had not been below for \
               enough years";
    says(&ENGLISH, &story, &[why, "200.00 short"], &["put it below"]);
    let why = "但未登记为贫困：未被识别，或低于贫困线的年数还不够";
    says(&CHINESE, &story, &[why], &["使本户落到贫困线以下"]);
}

#[test]
fn who_would_be_poor_in_a_shadow_alone_is_told_in_which_cases() {
    for at_risk in [0, 1] {
        let mut story = by_hand();
        let close = story.chapters[0].close.as_mut().unwrap();
        // With 1,000 paid 5,000 are left; the shadow without lost work paid 2,000 and keeps 4,000, below 4,200.
        close.lived.oop = [1_000.0, 0.0, 2_000.0, 0.0].map(|yuan| 100.0 * yuan);
        (close.held, close.poor, close.at_risk) = (close.lived.held(1.0), [0, 0, 1, 0], at_risk);
        let above = [
            "did not fall below",
            "800.00 above it",
            "in at least one of three cases",
        ];
        says(&ENGLISH, &story, &above, &["without this year's illness"]);
        says(&CHINESE, &story, &["至少有一种会使它落到线下"], &["没有生病"]);
    }
}

#[test]
fn a_rule_is_credited_to_the_programme_that_reaches_the_patient() {
    // Three programmes set the same value, each for others; the one for lifted households stands between.
    let folder = tempfile::tempdir().unwrap();
    for category in ["dibao", "lifted", "ordinary"] {
        let text = format!(
            "title = \"A test\"\nsection = \"test\"\nsummary = \"A test.\"\ncomparator = \"add\"\nevidence = \"None.\"\n\
             moves = [\"oop_share\"]\nfrom = \"2021-01\"\nramp_years = 0\ncoverage = {{ share = 1.0 }}\n\
             who = {{ category = [\"{category}\"] }}\n[set.insurance.layers.inpatient_basic.arms.county]\n\
             deductible_yuan = {{ scale = 0.9, low = 0.8, high = 1.0, grade = \"D\", source = \"a test\" }}\n\
             [cost]\nper_household_year_yuan = 1.0\ngrade = \"D\"\nsource = \"a test\"\n"
        );
        file(folder.path(), &format!("for-{category}.toml"), &text);
    }
    let text = "title = \"A test\"\nsummary = \"A test.\"\n\
                programmes = [\"./for-dibao.toml\", \"./for-lifted.toml\", \"./for-ordinary.toml\"]\n";
    let path = file(folder.path(), "three.toml", text);
    let policy = policy(path.to_str().unwrap(), &SMALL);
    let own = picked(&policy, Pick::IllnessReturn);
    let mut credited = 0;
    for chapter in &story(&policy, own.household).chapters {
        let reached = (chapter.year >= 2021).then(|| format!("for-{}", chapter.category.name()));
        let reached = reached.filter(|_| !matches!(chapter.category, Category::Tekun | Category::Monitored));
        for bill in chapter.bills() {
            for (line, terms) in bill.receipt.lines.iter().zip(&bill.set_by) {
                let county = line.id == "inpatient_basic" && line.arm == "county";
                for term in terms.iter().filter(|term| county && term.key == "deductible_yuan") {
                    assert_eq!(
                        term.setter.programme, reached,
                        "{} {:?}",
                        chapter.year, chapter.category
                    );
                    credited += usize::from(reached.is_some());
                }
            }
        }
    }
    assert!(credited > 0, "nobody of the household was admitted in the county");
}

#[test]
fn pages_fit_the_width_and_their_columns_align() {
    for (story, year) in stories() {
        let told = story.chapter(Some(year)).unwrap();
        for words in LANGUAGES {
            let text = chapter::tell(words, &story, told).text().to_owned();
            for line in text.lines() {
                // A table of a rich household may be wider.
                assert!(kangcun::story::page::columns(line) <= 110, "{line}");
                assert_eq!(line, line.trim_end());
            }
            assert!(
                !text.contains('{') && !text.contains('}'),
                "a blank was not filled in:\n{text}"
            );
        }
    }
}

#[test]
fn the_command_tells_the_same_page_of_a_scenario_and_of_its_result() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let line = format!("explain baseline {SET} --pick illness-return --replicate 1");
    let first = ends(here, &line, 0);
    assert_eq!(
        first,
        ends(here, &format!("{line} --threads 1"), 0),
        "the same page twice"
    );
    assert!(
        first.contains("replicate 1;") && first.contains("--pick illness-return"),
        "{first}"
    );
    ends(here, &format!("run baseline {SET} --out result"), 0);
    let of_result = ends(here, "explain result --pick illness-return --replicate 1", 0);
    assert_eq!(first, of_result);

    let id = first.split_whitespace().nth(1).unwrap().to_owned();
    let year = first.lines().next().unwrap().rsplit(' ').next().unwrap().to_owned();
    let named = ends(
        here,
        &format!("explain result --household {id} --year {year} --replicate 1"),
        0,
    );
    assert!(named.contains(&format!("Household {id} in {year}")));
    let chinese = ends(
        here,
        &format!("explain result --household {id} --year {year} --replicate 1 --language zh"),
        0,
    );
    assert!(chinese.contains(&format!("{year}年：{id}号农户的一年")), "{chinese}");
    let json = ends(
        here,
        &format!("explain result --household {id} --year {year} --replicate 1 --json --out told.json"),
        0,
    );
    assert_eq!(json.trim(), "told.json");
    let value: serde_json::Value = serde_json::from_str(&fs::read_to_string(here.join("told.json")).unwrap()).unwrap();
    assert_eq!(value["household"], id.as_str());
    assert_eq!(value["months"].as_array().unwrap().len(), 12);
    // What is there already is not written over.
    let again = ends(
        here,
        &format!("explain result --household {id} --replicate 1 --out told.json"),
        73,
    );
    assert!(again.contains("told.json"), "{again}");
}

#[test]
fn what_cannot_be_told_is_refused_with_a_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::create_dir(here.join("empty")).unwrap();
    let register = ["national", "income_indexed", "monitoring"];
    let income = register.map(|id| format!("--set poverty.gauges.register_{id}.convention=\"income_only\""));
    let income = income.join(" ");
    let cases = [
        (
            format!("explain baseline {SET} {income} --household 0000000000000001"),
            65,
            "has no gauge of the register",
        ),
        (
            format!("explain baseline {SET} {income} --pick return"),
            65,
            "[rules.poverty.gauges.ID]",
        ),
        (
            format!("explain baseline {SET} --household 0000000000000001"),
            65,
            "there is no household 0000000000000001 in replicate 0",
        ),
        (
            format!("explain baseline {SET} --household 0000000000000001"),
            65,
            "--pick illness-return",
        ),
        (
            format!("explain baseline {SET} --household 0000000000000001 --year 2031"),
            2,
            "reports the years 2021 to 2024, not 2031",
        ),
        (
            format!("explain baseline {SET} --household 0000000000000001 --replicate 2"),
            2,
            "numbered from 0 to 1",
        ),
        (
            format!("explain baseline {SET} --household x"),
            2,
            "sixteen hexadecimal digits",
        ),
        (format!("explain baseline {SET}"), 2, "--household"),
        (
            format!("explain baseline {SET} --household 0000000000000001 --pick return"),
            2,
            "cannot be used with",
        ),
        (format!("explain baseline {SET} --pick tragedy"), 2, "lost-work-return"),
        (format!("explain baseline {SET} --pick return --language fr"), 2, "zh"),
        ("explain baseline --pick return --replicates 3".into(), 2, "--replicate"),
        (
            "explain baseline --pick return --scenario package".into(),
            2,
            "--scenario names a scenario of a result",
        ),
        ("explain empty --pick return".into(), 2, "no result"),
        ("explain nowhere --pick return".into(), 65, "nowhere"),
        (
            "explain no-illness --set world.people_count=3000 --set run.last_year=2021 --pick illness-return".into(),
            65,
            "no lifted household to choose for `illness-return`",
        ),
    ];
    for (line, code, said) in cases {
        let text = ends(here, &line, code);
        assert!(text.contains(said), "{line}: `{said}` is not in:\n{text}");
    }
}

#[test]
fn a_household_that_never_fell_or_is_gone_says_so() {
    let policy = policy("baseline", &SMALL);
    let (_, tapes) = run_with(&policy, 0, &|| (), || Cohort {
        county: String::new(),
        ids: BTreeSet::new(),
    })
    .unwrap();
    let ids = tapes.into_iter().flat_map(|tape| tape.ids).take(60);
    let stories: Vec<Story> = ids.map(|id| story(&policy, id)).collect();
    let last = |story: &Story| story.chapters.last().unwrap().clone();
    let ended = stories
        .iter()
        .find(|story| last(story).after != After::Stays && last(story).year < 2024);
    let ended = ended.expect("of sixty households one dies out or dissolves within four years");
    let problem = ended.chapter(Some(2024)).unwrap_err();
    assert!(problem.title().contains("did not exist in 2024"), "{problem:?}");
    let stayed = stories.iter().find(|story| story.chapter(None).is_err()).unwrap();
    let problem = stayed.chapter(None).unwrap_err();
    assert!(
        problem.title().contains("never fell below the line from 2021 to 2024"),
        "{problem:?}"
    );
    let told = &stayed.chapters[1];
    let text = chapter::tell(&ENGLISH, stayed, told).text().to_owned();
    assert!(
        text.contains("How it stood, with illness and without") || text.contains("Why, and"),
        "{text}"
    );
}
