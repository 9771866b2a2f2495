//! The page as one file: template, styles, charting library, scripts and data, under a policy that lets nothing in or out.

use super::digest::policy_source;

const TEMPLATE: &str = include_str!("../../assets/report/page.html");
const STYLES: &str = include_str!("../../assets/report/page.css");

/// The charting library, then the page's own scripts, in the order in which they run.
const SCRIPTS: [&str; 10] = [
    include_str!("../../assets/vendor/d3-7.9.2/d3.min.js"),
    include_str!("../../assets/vendor/plot-0.6.17/plot.umd.min.js"),
    include_str!("../../assets/report/words.js"),
    include_str!("../../assets/report/tell.js"),
    include_str!("../../assets/report/surface.js"),
    include_str!("../../assets/report/charts.js"),
    include_str!("../../assets/report/sections.js"),
    include_str!("../../assets/report/sweep.js"),
    include_str!("../../assets/report/forest.js"),
    include_str!("../../assets/report/page.js"),
];

/// Their licences, which the page must carry with them.
const LICENCES: [&str; 2] = [
    include_str!("../../assets/vendor/d3-7.9.2/LICENSE"),
    include_str!("../../assets/vendor/plot-0.6.17/LICENSE"),
];

/// Puts the page together around its data, a JSON text.
pub(super) fn assemble(title: &str, answer: [&str; 2], data: &str) -> String {
    let sources: Vec<String> = SCRIPTS
        .iter()
        .map(|script| format!("'{}'", policy_source(script.as_bytes())))
        .collect();
    // The charting library writes styles into its drawings; nothing else is let in, and nothing can be asked for.
    let policy = format!(
        "default-src 'none'; script-src {}; style-src 'unsafe-inline'; img-src data:; connect-src 'none'; base-uri 'none'; form-action 'none'",
        sources.join(" ")
    );
    let scripts = SCRIPTS.map(|script| format!("<script>{script}</script>\n")).concat();
    let fills = [
        ("{{policy}}", policy),
        ("{{title}}", escaped(title)),
        ("{{styles}}", STYLES.to_owned()),
        ("{{answer_en}}", escaped(answer[0])),
        ("{{answer_zh}}", escaped(answer[1])),
        ("{{licences}}", escaped(&LICENCES.join("\n"))),
        ("{{data}}", harmless(data)),
        ("{{scripts}}", scripts),
    ];
    let mut page = String::new();
    let mut rest = TEMPLATE;
    // What is filled in is not looked into again.
    while let Some((at, (name, text))) = fills
        .iter()
        .filter_map(|fill| Some((rest.find(fill.0)?, fill)))
        .min_by_key(|found| found.0)
    {
        page.push_str(&rest[..at]);
        page.push_str(text);
        rest = &rest[at + name.len()..];
    }
    page + rest
}

/// A text as part of a page.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// A JSON text that cannot end the element that holds it, nor a line of a script.
fn harmless(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_cannot_break_out() {
        let data = "{\"title\":\"</script><script>alert(1)</script>\u{2028}<!--&\"}";
        let page = assemble("</title>", ["<b>", "\"&"], data);
        assert!(!page.contains("alert(1)</script>"));
        assert!(!page.contains('\u{2028}'));
        assert!(page.contains("\\u003c/script\\u003e"));
        assert!(page.contains("&lt;/title&gt;"));
        let told: serde_json::Value = serde_json::from_str(&harmless(data)).unwrap();
        assert_eq!(told["title"], "</script><script>alert(1)</script>\u{2028}<!--&");
    }

    #[test]
    fn scripts_hold_nothing_that_ends_them() {
        for script in SCRIPTS {
            assert!(!script.contains("</script") && !script.contains("<!--"));
        }
    }

    #[test]
    fn nothing_of_the_template_is_left_unfilled() {
        let page = assemble("title", ["one", "two"], "{\"text\":\"{{title}}\"}");
        let template = page.split("<script").next().unwrap();
        assert!(!template.contains("{{"));
        // What looks like a blank inside the data stays as it is.
        assert!(page.contains("{\"text\":\"{{title}}\"}"));
    }
}
