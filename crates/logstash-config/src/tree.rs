//! The parts of a text, as compact lists of spans in its order.

use std::ops::Range;

use crate::dialect::{Dialect, Rejection};
use crate::error::Error;
use crate::section::SectionKind;

/// A span in half the size of a `Range<usize>`.
#[derive(Clone, Copy)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    pub(crate) fn new(range: &Range<usize>) -> Self {
        Self { start: offset(range.start), end: offset(range.end) }
    }

    pub(crate) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Texts over 4 GiB are refused before parsing.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[derive(Clone, Copy)]
pub(crate) struct SectionNode {
    pub(crate) kind: SectionKind,
    pub(crate) span: Span,
}

pub(crate) struct PluginNode {
    pub(crate) name: Span,
    /// From the opening brace to just after the closing one.
    pub(crate) body: Span,
    pub(crate) section: u32,
    /// The index plus one of the plugin in whose value it is; 0 for none.
    pub(crate) outer: u32,
    /// Its attributes, including those of plugins in their values.
    pub(crate) attributes: Span,
}

pub(crate) struct AttributeNode {
    pub(crate) name: Span,
    pub(crate) value: Span,
    /// The attribute after those of the plugins in its value.
    pub(crate) next: u32,
}

/// All parts, in the order of the text.
#[derive(Default)]
pub(crate) struct Tree {
    pub(crate) sections: Vec<SectionNode>,
    pub(crate) plugins: Vec<PluginNode>,
    pub(crate) attributes: Vec<AttributeNode>,
    pub(crate) rejections: Vec<Rejection>,
}

/// The size of a tree at some time.
#[derive(Clone, Copy)]
pub(crate) struct Size(usize, usize, usize);

impl Tree {
    pub(crate) fn size(&self) -> Size {
        Size(self.plugins.len(), self.attributes.len(), self.rejections.len())
    }

    /// Drops what was added since.
    pub(crate) fn truncate(&mut self, size: Size) {
        self.plugins.truncate(size.0);
        self.attributes.truncate(size.1);
        self.rejections.truncate(size.2);
    }

    /// Notes that dialects up to `last` refuse the text; of those that only the older one refuses, the first.
    pub(crate) fn refuse(&mut self, last: Dialect, error: Error) {
        if last == Dialect::Newest || self.rejections.iter().all(|known| known.last != last) {
            self.rejections.push(Rejection { last, error });
        }
    }

    pub(crate) fn begin_section(&mut self, kind: SectionKind, keyword: &Range<usize>) {
        self.sections.push(SectionNode { kind, span: Span::new(keyword) });
    }

    pub(crate) fn end_section(&mut self, end: usize) {
        if let Some(section) = self.sections.last_mut() {
            section.span.end = offset(end);
        }
    }

    /// Returns the plugin's index plus one.
    pub(crate) fn begin_plugin(&mut self, name: &Range<usize>, brace: usize, outer: u32) -> u32 {
        let first = offset(self.attributes.len());
        self.plugins.push(PluginNode {
            name: Span::new(name),
            body: Span::new(&(brace..brace)),
            section: offset(self.sections.len()).saturating_sub(1),
            outer,
            attributes: Span { start: first, end: first },
        });
        offset(self.plugins.len())
    }

    pub(crate) fn end_plugin(&mut self, plugin: u32, end: usize) {
        let attributes = offset(self.attributes.len());
        if let Some(node) = self.plugins.get_mut((plugin as usize).wrapping_sub(1)) {
            node.body.end = offset(end);
            node.attributes.end = attributes;
        }
    }

    /// Returns the attribute's index.
    pub(crate) fn begin_attribute(&mut self, name: &Range<usize>) -> usize {
        let name = Span::new(name);
        self.attributes.push(AttributeNode { name, value: name, next: 0 });
        self.attributes.len() - 1
    }

    pub(crate) fn end_attribute(&mut self, attribute: usize, value: &Range<usize>) {
        let next = offset(self.attributes.len());
        if let Some(node) = self.attributes.get_mut(attribute) {
            node.value = Span::new(value);
            node.next = next;
        }
    }
}
