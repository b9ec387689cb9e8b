//! The language of Logstash's configurations: whatever the text, the places found in it are in order
//! and in each other, and a string can be replaced without any other place changing.

#![no_main]

use std::ops::Range;

use libfuzzer_sys::fuzz_target;
use logstash_config::{Configuration, Error, Plugin, ValueKind};

/// Each string that is replaced means another reading of the text.
const MOST_REPLACED: usize = 8;

fuzz_target!(|bytes: &[u8]| {
    match logstash_config::parse(bytes) {
        Ok(found) => {
            found.plugins().for_each(|plugin| must_nest(&plugin));
            must_be_in_order(found.sections().map(|section| section.span), 0..bytes.len());
            let strings =
                pieces(&found).into_iter().filter(|(_, kind)| *kind == Some(ValueKind::String));
            strings.take(MOST_REPLACED).for_each(|(span, _)| must_be_replaceable(&found, &span));
        }
        Err(error) => must_point_into(bytes, &error),
    }
});

fn must_point_into(bytes: &[u8], error: &Error) {
    let related = error.related().map(|(span, _)| span);
    for span in related.into_iter().chain([error.span()]) {
        assert!(bytes.get(span.clone()).is_some(), "{span:?} is no place in the text");
    }
    assert!(error.offset() <= bytes.len(), "Logstash cannot have read so far");
    drop((error.to_string(), error.help()));
}

/// Spans follow each other inside `outer`.
fn must_be_in_order(spans: impl Iterator<Item = Range<usize>>, outer: Range<usize>) {
    let mut previous_end = outer.start;
    for span in spans {
        assert!(previous_end <= span.start && span.start < span.end, "{span:?} is out of order");
        previous_end = span.end;
    }
    assert!(previous_end <= outer.end, "{previous_end} is outside {outer:?}");
}

/// What is a plugin's is inside it, and a string begins and ends with its quote.
fn must_nest(plugin: &Plugin<'_>) {
    must_be_in_order(plugin.attributes().map(|attribute| attribute.span()), plugin.body());
    must_be_in_order(
        [plugin.name().span, plugin.body()].into_iter().filter(|span| !span.is_empty()),
        plugin.span(),
    );
    for attribute in plugin.attributes() {
        let value = attribute.value;
        must_be_in_order(
            [attribute.name.span.clone(), value.span.clone()].into_iter(),
            attribute.name.span.start..value.span.end,
        );
        must_be_in_order(value.elements().map(|element| element.span), value.span.clone());
        if let Some(quote) = value.quote() {
            let raw = value.raw();
            assert!(raw.len() >= 2 && raw.starts_with(&[quote]) && raw.ends_with(&[quote]));
            assert_eq!(value.content().len(), raw.len() - 2);
        }
    }
    if let Some(outer) = plugin.outer() {
        must_be_in_order([plugin.span()].into_iter(), outer.body());
    }
}

/// Every name, with nothing, and every value, with its kind.
fn pieces(found: &Configuration<'_>) -> Vec<(Range<usize>, Option<ValueKind>)> {
    let own = |plugin: Plugin<'_>| {
        let attributes = plugin.attributes().flat_map(|attribute| {
            let kind = attribute.value.kind();
            [(attribute.name.span, None), (attribute.value.span, Some(kind))]
        });
        attributes.chain([(plugin.name().span, None)]).collect::<Vec<_>>()
    };
    found.plugins().flat_map(own).collect()
}

fn must_be_replaceable(found: &Configuration<'_>, replaced: &Range<usize>) {
    const NEW: &[u8] = b"\"x\"";
    let text = found.text();
    let changed = [&text[..replaced.start], NEW, &text[replaced.end..]].concat();
    let again = logstash_config::parse(&changed).expect("a string stands where a string stood");
    let (before, after) = (pieces(found), pieces(&again));
    assert_eq!(before.len(), after.len(), "another string is another structure");
    for ((before, before_kind), (after, after_kind)) in before.into_iter().zip(after) {
        assert_eq!(before_kind, after_kind);
        if before == *replaced {
            assert_eq!(&changed[after], NEW);
        } else if before.end <= replaced.start || replaced.end <= before.start {
            assert_eq!(text[before], changed[after], "another place changed");
        }
    }
}
