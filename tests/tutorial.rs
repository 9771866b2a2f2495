//! `docs/new-programme.md` is followed to the letter: its files are written, its commands run, and what it shows must come out.
#![cfg(unix)]

use std::path::Path;
use std::process::Command;

/// A step of the tutorial.
enum Step {
    /// A file to write: name and text.
    File(String, String),
    /// A command with the lines that are shown of what it prints.
    Command(String, Vec<String>),
}

/// The fenced blocks, in order: `toml NAME` is a file, `console` holds commands after `$ ` and what they print.
fn steps(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(fence) = line.strip_prefix("```") else {
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if let Some(name) = fence.strip_prefix("toml ") {
            steps.push(Step::File(name.into(), block.join("\n") + "\n"));
            continue;
        }
        assert_eq!(fence, "console", "a block that nobody follows");
        for line in block {
            match (line.strip_prefix("$ "), steps.last_mut()) {
                (Some(command), _) => steps.push(Step::Command(command.into(), Vec::new())),
                (None, Some(Step::Command(_, shown))) => shown.push(line.into()),
                (None, _) => panic!("`{line}` comes before any command"),
            }
        }
    }
    steps
}

/// What a command prints, messages after results.
fn printed(command: &str, folder: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_kangcun")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command).current_dir(folder);
    let done = shell.env("PATH", path).env("NO_COLOR", "1").output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    text(done.stdout) + &text(done.stderr)
}

/// Says which shown line does not come out in its place: next to the one before it, or anywhere later after `...`.
fn differs(shown: &[String], printed: &str) -> Option<String> {
    let lines: Vec<&str> = printed.lines().collect();
    let (mut at, mut skips) = (0, false);
    for line in shown {
        if line == "..." {
            skips = true;
            continue;
        }
        let rest = &lines[at..];
        let found = if skips {
            rest.iter().position(|own| own == line)
        } else {
            rest.first().filter(|own| *own == line).map(|_| 0)
        };
        let Some(found) = found else { return Some(line.clone()) };
        (at, skips) = (at + found + 1, false);
    }
    None
}

#[test]
fn the_tutorial_does_what_it_says() {
    let text = std::fs::read_to_string("docs/new-programme.md").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (mut files, mut commands) = (0, 0);
    for step in steps(&text) {
        match step {
            Step::File(name, text) => {
                std::fs::write(folder.path().join(name), text).unwrap();
                files += 1;
            }
            Step::Command(command, shown) => {
                let printed = printed(&command, folder.path());
                if let Some(line) = differs(&shown, &printed) {
                    panic!("`{command}` does not print\n{line}\nbut\n{printed}");
                }
                commands += 1;
            }
        }
    }
    assert!(files >= 4 && commands >= 10, "{files} files, {commands} commands");
}

#[test]
fn a_line_that_is_not_printed_is_noticed() {
    let shown = |lines: &[&str]| lines.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        differs(&shown(&["one", "...", "four"]), "one\ntwo\nthree\nfour\n"),
        None
    );
    assert_eq!(
        differs(&shown(&["one", "four"]), "one\ntwo\nfour\n"),
        Some("four".into())
    );
    assert_eq!(
        differs(&shown(&["...", "two", "one"]), "one\ntwo\n"),
        Some("one".into())
    );
}
