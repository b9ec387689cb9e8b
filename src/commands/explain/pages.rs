//! The pages of the rules, as a terminal shows them, and the list of all rules that their heads make.

use crate::check::rules;
use crate::report::Messages;

/// Prints a page without its marks for other readers: comments and fences go, what is fenced is indented.
pub(super) fn print(page: &str, messages: &mut Messages<'_>) {
    let mut is_fenced = false;
    for line in page.lines() {
        if line.starts_with("```") {
            is_fenced = !is_fenced;
        } else if is_fenced {
            messages.line(&format!("    {line}"));
        } else if !line.starts_with("<!--") {
            messages.line(line);
        }
    }
}

/// Lists every rule: its name, how bad it is, and what it finds.
pub(super) fn list(messages: &mut Messages<'_>) {
    let width = rules::PAGES.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, page) in rules::PAGES {
        let (summary, severity) = head(page);
        messages.line(&format!("{name:width$}  {severity:7}  {}", lower_first(summary)));
    }
    messages.line("");
    messages.line("fixkey explain RULE says more of one");
}

/// What a page says first: what the rule finds, and how bad that is at worst.
fn head(page: &str) -> (&str, &str) {
    let first = page.lines().nth(2).unwrap_or_default();
    let (summary, rest) = first.split_once(". (").unwrap_or((first, ""));
    (summary, rest.split([';', ',', ' ']).next().unwrap_or_default())
}

fn lower_first(summary: &str) -> String {
    let mut letters = summary.chars();
    let is_acronym = summary.chars().nth(1).is_some_and(char::is_uppercase);
    match letters.next() {
        Some(first) if !is_acronym && summary.split(' ').next() != Some("Logstash") => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => summary.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::head;
    use crate::check::rules;

    #[test]
    fn every_page_begins_with_its_rule_what_it_finds_and_how_bad_that_is() {
        for (name, page) in rules::PAGES {
            assert!(page.starts_with(&format!("# {name}\n\n")), "{name}");
            let (summary, severity) = head(page);
            assert!(!summary.is_empty() && !summary.contains('('), "{name}");
            assert!(["error", "warning", "note"].contains(&severity), "{name}: {severity}");
            assert!(
                page.lines().nth(2).is_some_and(|it| it.contains("; fixable by `fixkey fix`: "))
            );
        }
    }

    #[test]
    fn every_page_has_its_parts_in_their_order() {
        for (name, page) in rules::PAGES {
            let heads: Vec<&str> = page.lines().filter(|line| line.starts_with("## ")).collect();
            assert_eq!(heads, ["## Why it matters", "## Example", "## What to do"], "{name}");
        }
    }
}
