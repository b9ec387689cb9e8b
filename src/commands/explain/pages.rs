//! Prints the pages of rules in a terminal, and the list of all rules.

use crate::check::rules::{RULES, Rule};
use crate::report::Messages;

/// Prints a page without comments and code fences. Indents fenced blocks.
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

/// Lists every rule with its name, severity and summary.
pub(super) fn list(messages: &mut Messages<'_>) {
    let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or_default();
    for Rule { name, severity, summary, .. } in RULES {
        messages.line(&format!("{name:width$}  {:7}  {summary}", severity.word()));
    }
    messages.line("");
    messages.line("More about a rule: fixkey explain RULE");
}

#[cfg(test)]
mod tests {
    use crate::check::rules::RULES;

    #[test]
    fn every_page_has_its_sections_in_order() {
        for rule in RULES {
            let heads = rule.page.lines().filter(|line| line.starts_with("## "));
            let heads: Vec<&str> = heads.collect();
            assert_eq!(
                heads,
                ["## Why it matters", "## Example", "## What to do"],
                "{}",
                rule.name
            );
        }
    }
}
