//! Parses a shell session: commands and their output.
//!
//! | line | meaning |
//! |---|---|
//! | `needs: PEER…` | in the head: what must be here, see `has_peers` |
//! | `without: LAW…` | in the head: laws that do not apply: `again`, `json`, `diff`, `check` |
//! | `under: PROGRAM …` | in the head: the program that runs each command, which is its last argument |
//! | `$ COMMAND` | what `sh` runs; `> ` continues it on the next line |
//! | `# TEXT` | a remark |
//! | `# given`, `# given: WORDS` | the command that follows, or these words of it, are in what the last command printed |
//! | anything else | before the first command, the head; behind a command, what it prints on both streams |
//! | `? N` | its status, where that is not 0 |
//!
//! A line of output that looks like one of these is written with `\` before it. Blank lines at the end of output are
//! layout. In Markdown, only `console` blocks are sessions.

/// A part of a session; text between commands is preserved.
pub(crate) enum Part {
    Text(String),
    Step(Step),
}

/// A command with its expected output, including its status.
pub(crate) struct Step {
    pub(crate) command: String,
    pub(crate) expected: String,
    /// Blank lines after it.
    layout: String,
}

pub(crate) struct Script {
    pub(crate) parts: Vec<Part>,
}

impl Script {
    /// Parses a session.
    pub(crate) fn parse(text: &str) -> Self {
        let mut script = Self { parts: Vec::new() };
        text.split_inclusive('\n').for_each(|line| script.add(line));
        script.finished()
    }

    /// Parses the sessions in the blocks of a page.
    pub(crate) fn parse_markdown(page: &str) -> Self {
        let mut script = Self { parts: Vec::new() };
        let mut is_session = false;
        for line in page.split_inclusive('\n') {
            if line.starts_with("```") {
                is_session = line == "```console\n";
                script.add_text(line);
            } else if is_session {
                script.add(line);
            } else {
                script.add_text(line);
            }
        }
        script.finished()
    }

    fn add(&mut self, line: &str) {
        if let Some(command) = line.strip_prefix("$ ") {
            let command = command.trim_end().to_owned();
            let step = Step { command, expected: String::new(), layout: String::new() };
            self.parts.push(Part::Step(step));
            return;
        }
        match self.parts.last_mut() {
            Some(Part::Step(step)) if step.expected.is_empty() && line.starts_with("> ") => {
                step.command.push('\n');
                step.command.push_str(line[2..].trim_end());
            }
            Some(Part::Step(step)) if !is_remark(line) => step.expected.push_str(line),
            _ => self.add_text(line),
        }
    }

    fn add_text(&mut self, line: &str) {
        match self.parts.last_mut() {
            Some(Part::Text(text)) => text.push_str(line),
            _ => self.parts.push(Part::Text(line.to_owned())),
        }
    }

    fn finished(mut self) -> Self {
        for part in &mut self.parts {
            let Part::Step(step) = part else { continue };
            let length = without_blank_lines(&step.expected).len();
            step.layout = step.expected.split_off(length);
        }
        self
    }

    /// Returns the names in the head, before a colon.
    pub(crate) fn names_in_head(&self) -> impl Iterator<Item = &str> {
        let head = match self.parts.first() {
            Some(Part::Text(head)) => head.as_str(),
            _ => "",
        };
        let names = head.lines().filter_map(|line| Some(line.split_once(": ")?.0));
        names.filter(|name| name.bytes().all(|byte| byte.is_ascii_lowercase()))
    }

    /// Returns the words after a name in the head.
    pub(crate) fn head(&self, name: &str) -> Option<&str> {
        let Some(Part::Text(head)) = self.parts.first() else { return None };
        head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub(crate) fn steps(&self) -> impl Iterator<Item = &Step> {
        self.parts.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Step(step) => Some(step),
        })
    }

    /// Returns the command, if there is only one.
    pub(crate) fn only_command(&self) -> Option<&str> {
        let mut steps = self.steps();
        let step = steps.next()?;
        steps.next().is_none().then_some(step.command.as_str())
    }

    /// Returns all expected output.
    pub(crate) fn expected(&self) -> String {
        self.steps().map(|step| step.expected.as_str()).collect()
    }

    /// Returns the text with this as the expected output.
    pub(crate) fn with_expected(&self, printed: &[String]) -> String {
        let mut printed = printed.iter();
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(kept) => text.push_str(kept),
                Part::Step(step) => {
                    let printed = printed.next().map_or("", String::as_str);
                    let command = step.command.replace('\n', "\n> ");
                    text.push_str(&format!("$ {command}\n{printed}{}", step.layout));
                }
            }
        }
        text
    }
}

fn is_remark(line: &str) -> bool {
    line.starts_with("# ") || line == "#\n"
}

pub(crate) fn without_blank_lines(text: &str) -> &str {
    let trimmed = text.trim_end_matches('\n');
    let has_line_end = text.len() > trimmed.len() && !trimmed.is_empty();
    &text[..trimmed.len() + usize::from(has_line_end)]
}

/// Returns output in the form of a session.
pub(crate) fn quoted(printed: &str) -> String {
    let is_special = |line: &str| {
        is_remark(line) || ["$ ", "> ", "-- ", "\\"].iter().any(|mark| line.starts_with(mark))
    };
    let quote = |line: &str| if is_special(line) { format!("\\{line}") } else { line.to_owned() };
    printed.split_inclusive('\n').map(quote).collect()
}
