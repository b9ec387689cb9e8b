//! Which names are near to one that does not exist.

/// How many names are offered.
const OFFERED: usize = 5;

/// The names that are a few letters away; else those that share a word with it.
pub(super) fn to<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let names: Vec<&str> = names.collect();
    let mut near: Vec<(usize, &str)> =
        names.iter().map(|other| (distance(name, other), *other)).collect();
    near.retain(|(distance, _)| *distance <= 3);
    near.sort_by_key(|(distance, _)| *distance);
    if !near.is_empty() {
        return near.into_iter().map(|(_, other)| other).take(OFFERED).collect();
    }
    let words: Vec<&str> = name.split('-').filter(|word| word.len() > 2).collect();
    let shared = |other: &&str| other.split('-').filter(|word| words.contains(word)).count();
    let mut sharing: Vec<&str> = names.into_iter().filter(|other| shared(other) > 0).collect();
    sharing.sort_by_key(|other| std::cmp::Reverse(shared(other)));
    sharing.truncate(OFFERED);
    sharing
}

/// How many letters have to be put in, taken out or changed.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, of_other) in other.bytes().enumerate() {
            let changed = diagonal + usize::from(letter != of_other);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::{distance, to};

    #[test]
    fn counts_letters() {
        for (one, other, expected) in
            [("", "abc", 3), ("kitten", "sitting", 3), ("abc", "abc", 0), ("key", "", 3)]
        {
            assert_eq!(distance(one, other), expected);
        }
    }

    #[test]
    fn misspelt_names_come_before_those_that_share_a_word() {
        let names = ["key-weak", "key-several", "file-missing"];
        assert_eq!(to("key-waek", names.into_iter()), ["key-weak"]);
        assert_eq!(to("missing", names.into_iter()), ["file-missing"]);
        assert_eq!(to("zzzzzzzzzz", names.into_iter()), [""; 0]);
    }
}
