//! A settlement, line by line: what each layer of the stack looked at, why it paid what it paid, and what the household is
//! left with.

use super::page::{Page, percent, yuan};
use super::words::{Words, fill};
use crate::claim::{Line, Receipt};
use crate::month::insurance::{Base, Per};
use crate::study::explain::record::Term;
use crate::units::{Fen, Ppm};

/// Tells a settlement, and which layers had no part in it.
pub fn tell(words: &Words, receipt: &Receipt, page: &mut Page) {
    tell_with(words, receipt, &[], page);
    if !receipt.silent.is_empty() {
        let titles: Vec<&str> = receipt
            .silent
            .iter()
            .map(|(id, title)| words.layer(id, title))
            .collect();
        page.line(&format!(
            "  {}",
            fill(words.no_part, &[("layers", &titles.join(words.comma))])
        ));
    }
}

/// Tells a settlement with who set the rules of each line, where that is known.
pub fn tell_with(words: &Words, receipt: &Receipt, set_by: &[Vec<Term>], page: &mut Page) {
    let mut sum = receipt.split.household;
    for (at, line) in receipt.lines.iter().enumerate() {
        tell_line(words, line, page);
        if let Some(terms) = set_by.get(at).filter(|terms| !terms.is_empty()) {
            tell_terms(words, terms, page);
        }
        sum += line.did.paid;
    }
    page.line(&format!("  {}", words.household));
    page.row(words.pays_rest, receipt.split.household);
    if receipt.split.delayed > Fen::ZERO {
        let months = receipt.split.delay_months.to_string();
        page.row(&fill(words.advances, &[("months", &months)]), receipt.split.delayed);
    }
    if receipt.split.aid_cut > Fen::ZERO {
        page.row(words.aid_cut, receipt.split.aid_cut);
    }
    let check = if sum == receipt.bill.total {
        words.sum_is_bill
    } else {
        words.sum_is_not_bill
    };
    page.row(check, sum);
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
    let (cost, paid) = line.to_date;
    let to_date = fill(words.to_date, &[("cost", &yuan(cost)), ("paid", &yuan(paid))]);
    page.line(&format!("    {to_date}"));
}

/// Who set the rules, those of one file together.
fn tell_terms(words: &Words, terms: &[Term], page: &mut Page) {
    let term = |term: &Term| match &term.setter.programme {
        None => format!("{} {}", term.key, term.setter.place),
        Some(programme) => {
            let by = fill(words.by_programme, &[("programme", programme)]);
            format!("{} {} {by}", term.key, term.setter.place)
        }
    };
    let terms: Vec<String> = terms.iter().map(term).collect();
    page.paragraph(4, &fill(words.rules_set_by, &[("terms", &terms.join("; "))]));
}
