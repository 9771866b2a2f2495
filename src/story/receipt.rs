//! A settlement, line by line: what each layer of the stack looked at, why it paid what it paid, and what the household is
//! left with.

use super::page::{Page, percent, yuan};
use super::words::{Words, fill};
use crate::claim::{Line, Receipt};
use crate::month::insurance::{Base, Per};
use crate::study::explain::record::Term;
use crate::units::{Fen, Ppm};

/// Tells a settlement in full: every layer, and those that have no part in it.
pub fn tell(words: &Words, receipt: &Receipt, page: &mut Page) {
    for line in &receipt.lines {
        tell_line(words, line, page);
    }
    tell_rest(words, receipt, page);
    if !receipt.silent.is_empty() {
        let titles: Vec<&str> = receipt
            .silent
            .iter()
            .map(|(id, title)| words.layer(id, title))
            .collect();
        page.paragraph(2, &fill(words.no_part, &[("layers", &titles.join(words.comma))]));
    }
}

/// Tells a settlement with who set the rules of each layer; a layer that pays nothing in a sentence.
pub fn tell_with_rules(words: &Words, receipt: &Receipt, set_by: &[Vec<Term>], page: &mut Page) {
    for (line, terms) in receipt.lines.iter().zip(set_by) {
        let rules = rules(words, terms);
        if line.did.paid == Fen::ZERO {
            page.paragraph(2, &format!("{}{}{rules}", pays_nothing(words, line), words.semicolon));
        } else {
            tell_line(words, line, page);
            page.paragraph(4, &rules);
        }
    }
    tell_rest(words, receipt, page);
}

/// What the layers leave to the household, and that all parts make the bill.
fn tell_rest(words: &Words, receipt: &Receipt, page: &mut Page) {
    let split = &receipt.split;
    page.line(&format!("  {}", words.household));
    page.row(words.pays_rest, split.household);
    if split.delayed > Fen::ZERO {
        let months = split.delay_months.to_string();
        page.row(&fill(words.advances, &[("months", &months)]), split.delayed);
    }
    if split.aid_cut > Fen::ZERO {
        page.row(words.aid_cut, split.aid_cut);
    }
    let sum = receipt
        .lines
        .iter()
        .fold(split.household, |sum, line| sum + line.did.paid);
    let check = if sum == receipt.bill.total {
        words.sum_is_bill
    } else {
        words.sum_is_not_bill
    };
    page.row(check, sum);
}

/// Why a layer that looks at the bill pays nothing of it.
fn pays_nothing(words: &Words, line: &Line) -> String {
    let did = &line.did;
    let above = did.base - did.under_deductible;
    let parts: Fen = did.parts.iter().map(|part| part.pays).sum();
    let amounts = [
        ("base", yuan(did.base)),
        ("deductible", yuan(did.deductible)),
        ("amount", yuan(above)),
        ("promised", yuan(did.promised)),
    ];
    let phrase = if did.base == Fen::ZERO {
        words.nothing_left
    } else if above == Fen::ZERO {
        words.nothing_above
    } else if parts == Fen::ZERO {
        words.nothing_shared
    } else if did.promised == Fen::ZERO {
        words.nothing_under_ceiling
    } else {
        words.nothing_met
    };
    let said = [
        ("title", words.layer(&line.id, &line.title)),
        ("arm", &line.arm),
        ("why", &fill(phrase, &amounts)),
        ("to_date", &to_date(words, line)),
    ];
    fill(words.pays_nothing, &said)
}

/// What a layer looked at and paid since 1 January.
fn to_date(words: &Words, line: &Line) -> String {
    let (cost, paid) = line.to_date;
    fill(words.to_date, &[("cost", yuan(cost)), ("paid", yuan(paid))])
}

fn tell_line(words: &Words, line: &Line, page: &mut Page) {
    let did = &line.did;
    let head = [
        ("title", words.layer(&line.id, &line.title)),
        ("arm", &line.arm),
        ("funder", words.funders[did.funder as usize]),
    ];
    page.line(&format!("  {}", fill(words.layer_head, &head)));
    let what = match did.of {
        Base::Catalogue => words.looks_at_catalogue,
        Base::All => words.looks_at_all,
    };
    page.row(what, did.base);
    if did.deductible > Fen::ZERO {
        let phrase = match did.per {
            Per::Visit => words.under_deductible_visit,
            Per::Year => words.under_deductible_year,
        };
        let what = fill(phrase, &[("deductible", &yuan(did.deductible))]);
        page.row(&what, -did.under_deductible);
    }
    for part in &did.parts {
        let of = [("share", percent(part.share)), ("amount", yuan(part.amount))];
        page.row(&fill(words.share_of, &of), part.pays);
    }
    let ceilings = [
        (words.ceiling_bill, did.ceiling_bill),
        (words.ceiling_year, did.ceiling_year),
    ];
    let parts: Fen = did.parts.iter().map(|part| part.pays).sum();
    for (what, ceiling) in ceilings {
        if let Some(ceiling) = ceiling.filter(|&ceiling| ceiling < parts) {
            page.row(what, ceiling);
        }
    }
    if did.rate != Ppm::ONE {
        page.row(&fill(words.promised, &[("rate", &percent(did.rate))]), did.promised);
    }
    let when = match did.delay_months {
        0 => words.pays_now.to_owned(),
        months => fill(words.pays_later, &[("months", &months.to_string())]),
    };
    page.row(&when, did.paid);
    page.line(&format!("    {}", to_date(words, line)));
}

/// Who set the rules of a layer.
fn rules(words: &Words, terms: &[Term]) -> String {
    let term = |term: &Term| match &term.setter.programme {
        None => format!("{} {}", term.key, term.setter.place),
        Some(programme) => {
            let by = fill(words.by_programme, &[("programme", programme)]);
            format!("{} {} {by}", term.key, term.setter.place)
        }
    };
    let terms: Vec<String> = terms.iter().map(term).collect();
    fill(words.rules_set_by, &[("terms", &terms.join(words.semicolon))])
}
