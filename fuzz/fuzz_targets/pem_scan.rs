//! The PEM scanner: whatever the text, every place that it names is in it, and what it reads from
//! a block is what it would write into one.

#![no_main]

use std::ops::Range;

use keyfile::pem;
use libfuzzer_sys::fuzz_target;
use source_text::decode;

fuzz_target!(|bytes: &[u8]| {
    let text = decode(bytes);
    match pem::scan(&text) {
        Ok(blocks) => must_be_in_order(&text, &blocks),
        Err(error) => must_be_in(&text, &error.span()),
    }
    if !bytes.is_empty() {
        must_come_back("PRIVATE KEY", bytes);
    }
});

fn must_be_in_order(text: &str, blocks: &[pem::Block<'_>]) {
    let mut previous_end = 0;
    for block in blocks {
        must_be_in(text, &block.span);
        assert!(previous_end <= block.span.start, "blocks overlap or are out of order");
        assert!(!block.span.is_empty(), "a block is at least its markers");
        previous_end = block.span.end;
        match block.decode() {
            Ok(body) => must_come_back(&block.label, &body),
            Err(error) => {
                let place = error.span();
                must_be_in(text, &place);
                assert!(block.span.start <= place.start && place.end <= block.span.end);
            }
        }
    }
}

/// A place may be empty: between two characters, or at the end, where something is missing.
fn must_be_in(text: &str, place: &Range<usize>) {
    assert!(text.get(place.clone()).is_some(), "{place:?} is no place in the text");
}

fn must_come_back(label: &str, body: &[u8]) {
    let written = pem::encode(label, body);
    let blocks = pem::scan(&written).expect("what is written has a single reading");
    let [block] = blocks.as_slice() else { panic!("one block is read as {}", blocks.len()) };
    assert_eq!(block.label, label);
    assert!(block.headers.is_empty(), "the body is taken for headers");
    assert_eq!(block.span, 0..written.trim_end().len());
    assert_eq!(&**block.decode().expect("what is written is base64"), body);
}
